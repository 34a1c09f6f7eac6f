-- Rows in every table, as the server of the migration 20261125145512_AttemptsOnDeliveries wrote them. Numbers stand in it in forms that it did not yet know to be one.
INSERT INTO data_protection_keys (friendly_name, xml) VALUES ('key-1', '<key id="0190f000-0000-7000-8000-000000000001" version="1"><creationDate>2026-11-01T08:00:00Z</creationDate><activationDate>2026-11-01T08:00:00Z</activationDate><expirationDate>2027-01-30T08:00:00Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><masterKey p4:requiresEncryption="true" xmlns:p4="http://schemas.asp.net/2015/03/dataProtection"><value>AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==</value></masterKey></descriptor></descriptor></key>');

INSERT INTO organizations (id, name, mode, max_concurrent_calls, created_at) VALUES
  ('01900000-0000-7000-8000-000000000001', 'Acme', 'Test', 7, '2026-11-01T08:00:00Z');
UPDATE event_feeds SET last_sequence = 2, published_at = '2026-11-05T08:00:00Z';

INSERT INTO api_keys (id, organization_id, name, secret_hash, scopes, per_minute, per_hour, created_at) VALUES
  ('01900000-0000-7000-8000-000000000011', '01900000-0000-7000-8000-000000000001', 'Old key', sha256('ek_test_0123456789012345678901234567890123456789abc'), '{*}', 600, 10000, '2026-11-01T08:00:00Z');

INSERT INTO inbound_assistants (id, organization_id, name, created_at) VALUES
  ('01900000-0000-7000-8000-000000000021', '01900000-0000-7000-8000-000000000001', 'Reception', '2026-11-01T08:00:00Z');
INSERT INTO outbound_assistants (id, organization_id, name, is_default, voice, model, backchanneling_enabled, dial_keypad_function_enabled, background_denoising_enabled, created_at, updated_at) VALUES
  ('01900000-0000-7000-8000-000000000022', '01900000-0000-7000-8000-000000000001', 'Emma', true, '{"voiceId":"emma"}', '{"model":"gpt"}', false, true, false, '2026-11-01T08:00:00Z', '2026-11-02T08:00:00Z');
INSERT INTO prompts (id, organization_id, name, text, created_at, updated_at) VALUES
  ('01900000-0000-7000-8000-000000000031', '01900000-0000-7000-8000-000000000001', 'Kind', 'Be kind.', '2026-11-01T08:00:00Z', '2026-11-02T08:00:00Z');
INSERT INTO cases (id, organization_id, title, status, system_prompt_id, variables, tool_ids, keyterms, tags, created_at, updated_at) VALUES
  ('01900000-0000-7000-8000-000000000041', '01900000-0000-7000-8000-000000000001', 'A case', 'open', '01900000-0000-7000-8000-000000000031',
   '[{"name":"name","source":"contact.title","required":true,"defaultValue":null}]', '{end_call}', '{}', '{one}', '2026-11-01T08:00:00Z', '2026-11-02T08:00:00Z');
INSERT INTO phone_numbers (id, organization_id, phone_number, country, provider, capabilities, is_active, is_default, inbound_assistant_id, created_at) VALUES
  ('01900000-0000-7000-8000-000000000051', '01900000-0000-7000-8000-000000000001', '+14155559999', 'US', 'simulator', '{inbound,outbound}', true, true, '01900000-0000-7000-8000-000000000021', '2026-11-01T08:00:00Z');

-- Two contacts with a number in London, two with one in California.
INSERT INTO contacts (id, organization_id, title, phone, email, notes, tags, custom_fields, created_at, updated_at) VALUES
  ('01900000-0000-7000-8000-000000000061', '01900000-0000-7000-8000-000000000001', 'Ada', '+442071234567', 'ada@example.com', 'Mornings', '{vip}', '{"b":"1","a":"2"}', '2026-11-01T08:00:00Z', '2026-11-02T08:00:00Z'),
  ('01900000-0000-7000-8000-000000000062', '01900000-0000-7000-8000-000000000001', 'Ada, again', '+4402071234567', NULL, NULL, '{}', '{}', '2026-11-02T08:00:00Z', '2026-11-02T08:00:00Z'),
  ('01900000-0000-7000-8000-000000000063', '01900000-0000-7000-8000-000000000001', 'Grace', '+14155550102', NULL, NULL, '{}', '{}', '2026-11-02T08:00:00Z', '2026-11-02T08:00:00Z'),
  ('01900000-0000-7000-8000-000000000064', '01900000-0000-7000-8000-000000000001', 'Grace, again', '+114155550102', NULL, NULL, '{}', '{}', '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z');
INSERT INTO contact_groups (id, organization_id, name, created_at, counted_contacts) VALUES
  ('01900000-0000-7000-8000-000000000071', '01900000-0000-7000-8000-000000000001', 'A group', '2026-11-01T08:00:00Z', 0);
INSERT INTO contact_group_members (group_id, contact_id, contact_created_at) VALUES
  ('01900000-0000-7000-8000-000000000071', '01900000-0000-7000-8000-000000000061', '2026-11-01T08:00:00Z');

-- The first two are one number; each of the next three is known in another form from now on; the last one is history.
INSERT INTO do_not_call_entries (id, organization_id, phone, reason, source, contact_id, at, lifted_at) VALUES
  ('01900000-0000-7000-8000-000000000081', '01900000-0000-7000-8000-000000000001', '+4402071234567', 'The first', 'api', '01900000-0000-7000-8000-000000000062', '2026-11-02T08:00:00Z', NULL),
  ('01900000-0000-7000-8000-000000000082', '01900000-0000-7000-8000-000000000001', '+442071234567', 'The second', 'call', '01900000-0000-7000-8000-000000000061', '2026-11-03T08:00:00Z', NULL),
  ('01900000-0000-7000-8000-000000000083', '01900000-0000-7000-8000-000000000001', '+22997001100', 'Benin', 'whatsapp', NULL, '2026-11-03T08:00:00Z', NULL),
  ('01900000-0000-7000-8000-000000000084', '01900000-0000-7000-8000-000000000001', '+525512345678', 'Mexico', 'import', NULL, '2026-11-03T08:00:00Z', NULL),
  ('01900000-0000-7000-8000-000000000085', '01900000-0000-7000-8000-000000000001', '+22507234567', NULL, 'api', NULL, '2026-11-03T08:00:00Z', NULL),
  ('01900000-0000-7000-8000-000000000086', '01900000-0000-7000-8000-000000000001', '+14155550103', 'Lifted', 'api', NULL, '2026-11-03T08:00:00Z', '2026-11-04T08:00:00Z');

INSERT INTO calls (id, organization_id, status, "to", "from", contact_id, case_id, assistant_config_id, first_message, variable_values, metadata, assistant_config_snapshot, scheduled_at, due_at, deadline_at,
  carrier, started_at, handed_over_at, answered_at, ended_at, duration, ended_reason, fault, retryable, transcript, created_at, updated_at) VALUES
  ('01900000-0000-7000-8000-000000000091', '01900000-0000-7000-8000-000000000001', 'ended', '+14155550102', '+14155559999', '01900000-0000-7000-8000-000000000063', '01900000-0000-7000-8000-000000000041',
   '01900000-0000-7000-8000-000000000022', 'Hello.', '{"z":"1","a":"2"}', '{"batch":"7"}', '{"name":"Emma","prompt":"Be kind.","voice":{"voiceId":"emma"},"model":{"model":"gpt"},"transcriber":null}', NULL,
   '2026-11-05T08:00:00Z', '2026-11-05T08:32:00Z', 'simulator', '2026-11-05T08:00:01Z', '2026-11-05T08:00:02Z', '2026-11-05T08:00:05Z', '2026-11-05T08:00:25Z', 20, 'assistant-ended-call', 'none', false,
   '[{"role":"assistant","message":"Hello.","offset":0.4}]', '2026-11-05T08:00:00Z', '2026-11-05T08:00:25Z'),
  ('01900000-0000-7000-8000-000000000092', '01900000-0000-7000-8000-000000000001', 'scheduled', '+2250707234567', '+14155559999', NULL, NULL, NULL, 'Hello.', '{}', '{}',
   '{"name":"Default","prompt":"Be kind.","voice":{},"model":{},"transcriber":null}', '2036-11-05T08:00:00Z', '2036-11-05T08:00:00Z', '2036-11-05T09:00:00Z', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]',
   '2026-11-05T08:00:00Z', '2026-11-05T08:00:00Z');
INSERT INTO simulated_calls (call_id, "to", first_message, state, answered_at, hung_up_at) VALUES
  ('01900000-0000-7000-8000-000000000091', '+14155550102', 'Hello.', 'ended', '2026-11-05T08:00:05Z', NULL);

-- Two conversations with one customer in Benin, in which two messages have the same time; and one with somebody else.
INSERT INTO whatsapp_accounts (id, organization_id, status, waba_id, phone_number_id, display_phone_number, verified_name, is_simulated, messages_sent, messages_received, created_at) VALUES
  ('01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-000000000001', 'active', '102', '106', '+14155559999', 'Acme', true, 1, 4, '2026-11-01T08:00:00Z');
INSERT INTO conversations (id, organization_id, account_id, status, wa_user_phone, wa_id, wa_user_name, contact_id, last_message_preview, last_message_direction, last_message_at, customer_wrote_at, created_at) VALUES
  ('01900000-0000-7000-8000-0000000000b1', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', 'closed', '+22996001100', NULL, 'Koffi', '01900000-0000-7000-8000-000000000063',
   'Three', 'inbound', '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z', '2026-11-01T08:00:00Z'),
  ('01900000-0000-7000-8000-0000000000b2', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', 'handed_off', '+2290196001100', NULL, NULL, NULL,
   'Four', 'outbound', '2026-11-04T08:00:00Z', '2026-11-02T20:00:00Z', '2026-11-02T08:00:00Z'),
  ('01900000-0000-7000-8000-0000000000b3', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', 'active', '+14155550100', NULL, 'Sheena', NULL,
   'Hello', 'inbound', '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z');
INSERT INTO messages (id, organization_id, account_id, conversation_id, direction, type, text, status, platform_id, due_at, send_by, attempts, created_at, sent_at, delivered_at) VALUES
  ('01900000-0000-7000-8000-0000000000c1', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b1', 'inbound', 'text', '{"body":"One"}', 'delivered', 'wamid.1',
   '2026-11-01T08:00:00Z', '2026-11-01T08:00:00Z', 0, '2026-11-01T08:00:00Z', '2026-11-01T08:00:00Z', '2026-11-01T08:00:00Z'),
  ('01900000-0000-7000-8000-0000000000c2', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b2', 'inbound', 'text', '{"body":"Two"}', 'delivered', 'wamid.2',
   '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z', 0, '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z'),
  ('01900000-0000-7000-8000-0000000000c3', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b1', 'inbound', 'text', '{"body":"Three"}', 'delivered', 'wamid.3',
   '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z', 0, '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z'),
  ('01900000-0000-7000-8000-0000000000c4', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b2', 'outbound', 'text', '{"body":"Four"}', 'sent', 'wamid.4',
   '2026-11-04T08:00:00Z', '2026-11-04T09:00:00Z', 1, '2026-11-04T08:00:00Z', '2026-11-04T08:00:01Z', NULL),
  ('01900000-0000-7000-8000-0000000000c5', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b3', 'inbound', 'text', '{"body":"Hello"}', 'delivered', 'wamid.5',
   '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z', 0, '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z', '2026-11-03T08:00:00Z');
INSERT INTO simulated_messages (message_id, account_id, "to", steps_played) VALUES
  ('01900000-0000-7000-8000-0000000000c4', '01900000-0000-7000-8000-0000000000a1', '+2290196001100', 2);

INSERT INTO events (id, organization_id, type, resource_id, data, created_at, sequence, is_private) VALUES
  ('01900000-0000-7000-8000-0000000000d1', '01900000-0000-7000-8000-000000000001', 'call.started', '01900000-0000-7000-8000-000000000091', '{"id":"call_1","status":"processing"}', '2026-11-05T08:00:01Z', 1, false),
  ('01900000-0000-7000-8000-0000000000d2', '01900000-0000-7000-8000-000000000001', 'call.ended', '01900000-0000-7000-8000-000000000091', '{"id":"call_1","status":"ended"}', '2026-11-05T08:00:25Z', 2, false);
INSERT INTO webhook_endpoints (id, organization_id, slot, url, events, is_active, secret, created_at) VALUES
  ('01900000-0000-7000-8000-0000000000e1', '01900000-0000-7000-8000-000000000001', 1, 'https://example.com/hook', '{call.ended}', true, 'protected', '2026-11-01T08:00:00Z');
INSERT INTO webhook_deliveries (id, organization_id, endpoint_id, event_id, event, resource_id, position, status, attempts, failures, created_at)
SELECT '01900000-0000-7000-8000-0000000000f1', organization_id, '01900000-0000-7000-8000-0000000000e1', id, type, resource_id, position, 'delivered',
  '[{"at":"2026-11-05T08:00:26Z","statusCode":200,"error":null,"durationMs":12,"responseBody":"ok"}]', 0, '2026-11-05T08:00:26Z'
FROM events WHERE type = 'call.ended';

INSERT INTO idempotency_records (organization_id, request_hash, fingerprint, status, content_type, location, body, holds_secret, expires_at) VALUES
  ('01900000-0000-7000-8000-000000000001', '\x01', '\x02', 201, 'application/json', '/api/v1/calls/call_1', '\x7b7d', false, '2036-11-05T08:00:00Z');
