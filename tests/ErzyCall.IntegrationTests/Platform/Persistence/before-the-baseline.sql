SET check_function_bodies = false;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION public.announce_work() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM pg_notify('erzycall_work', TG_TABLE_NAME);
  RETURN NULL;
END $$;

CREATE FUNCTION public.calls_count_waiting() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO waiting_call_changes (organization_id, calls) VALUES (NEW.organization_id, 1);
  ELSE
    INSERT INTO waiting_call_changes (organization_id, calls) VALUES (OLD.organization_id, -1);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.calls_guard_moves() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (OLD.status, NEW.status) NOT IN (
    ('new', 'processing'), ('new', 'cancelled'), ('new', 'error'),
    ('scheduled', 'processing'), ('scheduled', 'cancelled'), ('scheduled', 'error'),
    ('processing', 'ended'), ('processing', 'error'))
  THEN
    RAISE EXCEPTION 'call % cannot move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.calls_hold_what_they_use() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM FROM phone_numbers WHERE organization_id = NEW.organization_id AND phone_number = NEW."from" FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'phone number % of call % is gone', NEW."from", NEW.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF NEW.case_id IS NOT NULL THEN
    PERFORM FROM cases WHERE id = NEW.case_id FOR KEY SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'case % of call % is gone', NEW.case_id, NEW.id USING ERRCODE = 'foreign_key_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.cases_guard_waiting_calls() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF EXISTS (SELECT FROM calls WHERE organization_id = OLD.organization_id AND case_id = OLD.id AND status IN ('new', 'scheduled')) THEN
    RAISE EXCEPTION 'calls wait with case %', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN OLD;
END $$;

CREATE FUNCTION public.contact_group_members_count() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO contact_group_changes (group_id, contacts)
  SELECT group_id, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END FROM changed GROUP BY group_id;
  RETURN NULL;
END $$;

CREATE FUNCTION public.contact_tag_keys(organization_id uuid, tags text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT ARRAY(SELECT organization_id::text || ':' || tag FROM unnest(tags) AS tag)
$$;

CREATE FUNCTION public.contacts_with_tags(of_organization uuid, all_of text[], at_most integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE
    SET enable_seqscan TO 'off'
    SET enable_indexscan TO 'off'
    AS $$
  SELECT id FROM contacts WHERE contact_tag_keys(organization_id, tags) @> contact_tag_keys(of_organization, all_of) LIMIT at_most
$$;

CREATE TABLE public.webhook_deliveries (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    event character varying(100) NOT NULL,
    resource_id uuid NOT NULL,
    "position" bigint NOT NULL,
    status character varying(10) NOT NULL,
    failures integer NOT NULL,
    next_attempt_at timestamp with time zone,
    leased_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    attempts jsonb NOT NULL,
    CONSTRAINT ck_webhook_deliveries_next CHECK ((((status)::text = 'pending'::text) = (next_attempt_at IS NOT NULL))),
    CONSTRAINT ck_webhook_deliveries_status CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'delivered'::character varying, 'failed'::character varying])::text[])))
);

CREATE FUNCTION public.due_deliveries(at timestamp with time zone) RETURNS SETOF public.webhook_deliveries
    LANGUAGE sql STABLE
    AS $$
  SELECT * FROM webhook_deliveries AS delivery
  WHERE status = 'pending' AND next_attempt_at <= at AND (leased_until IS NULL OR leased_until <= at)
    AND NOT EXISTS (
      SELECT FROM webhook_deliveries AS earlier
      WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.resource_id = delivery.resource_id AND earlier.position < delivery.position
        AND earlier.failures = 0 AND earlier.next_attempt_at IS NOT NULL
      OFFSET 0)
$$;

CREATE FUNCTION public.messages_guard_moves() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (OLD.status, NEW.status) NOT IN (
    ('queued', 'sent'), ('queued', 'delivered'), ('queued', 'read'), ('queued', 'failed'),
    ('sent', 'delivered'), ('sent', 'read'), ('sent', 'failed'),
    ('delivered', 'read'))
  THEN
    RAISE EXCEPTION 'message % cannot move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.organizations_make_feed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO event_feeds (organization_id, last_sequence) VALUES (NEW.id, 0);
  RETURN NULL;
END $$;

CREATE FUNCTION public.organizations_note_limit() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.limit_set_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE FUNCTION public.phone_numbers_guard_waiting_calls() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF EXISTS (SELECT FROM calls WHERE organization_id = OLD.organization_id AND "from" = OLD.phone_number AND status IN ('new', 'scheduled')) THEN
    RAISE EXCEPTION 'calls wait with phone number %', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN OLD;
END $$;

CREATE FUNCTION public.phone_numbers_set_is_live() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.is_live := EXISTS (SELECT FROM organizations WHERE id = NEW.organization_id AND mode = 'Live');
  RETURN NEW;
END $$;

CREATE FUNCTION public.room_for_waiting_calls(organization uuid, most_by_default integer, wanted integer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  -- More than all who hold the lock together can be about to place: four batches of a thousand, and as many single calls as there are connections.
  under_way CONSTANT integer := 5000;
  queue CONSTANT bigint := hashtextextended('waiting calls ' || organization, 0);
  most bigint;
  waiting bigint;
BEGIN
  SELECT coalesce(max_waiting_calls, most_by_default) INTO most FROM organizations WHERE id = organization;
  SELECT coalesce(sum(calls), 0) INTO waiting FROM waiting_call_changes WHERE organization_id = organization;
  IF waiting + under_way <= most THEN
    PERFORM pg_advisory_xact_lock_shared(queue);
    SELECT coalesce(sum(calls), 0) INTO waiting FROM waiting_call_changes WHERE organization_id = organization;
    IF waiting + under_way <= most THEN
      RETURN wanted;
    END IF;
    RAISE EXCEPTION 'calls of organization % have come near their limit meanwhile', organization USING ERRCODE = 'serialization_failure';
  END IF;

  -- Near the limit: one after the other, and after all who did not see it near.
  PERFORM pg_advisory_xact_lock(queue);
  SELECT coalesce(sum(calls), 0) INTO waiting FROM waiting_call_changes WHERE organization_id = organization;
  RETURN greatest(0, least(wanted, most - waiting));
END $$;

CREATE FUNCTION public.search_fold(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
  SELECT normalize(replace(replace(replace(
    translate(
      lower(regexp_replace(
        normalize($1, NFKD),
        '[\u00AD\u0300-\u036F\u0483-\u0487\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u061C\u0640\u064B-\u065F\u0670'
        '\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u180B-\u180F\u1AB0-\u1AFF\u1DC0-\u1DFF\u200B-\u200F\u202A-\u202E\u2060-\u206F'
        '\u20D0-\u20FF\uFE00-\uFE0F\uFE20-\uFE2F\uFEFF]+',
        '', 'g')),
      'øłđħıðþŋŧς' || 'ךםןףץ' || 'ٱىةکیە' || '٠١٢٣٤٥٦٧٨٩' || '۰۱۲۳۴۵۶۷۸۹' || '’‘‛ʼʻ′`' || '“”„‟«»″' || '‐‒–—―−',
      'oldhidtntσ' || 'כמנפצ' || 'ايهكيه' || '0123456789' || '0123456789' || repeat('''', 7) || repeat('"', 7) || repeat('-', 6)),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), NFC)
$_$;

CREATE FUNCTION public.search_has_marks(text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
  SELECT $1 COLLATE "default" ~ '[^[:alnum:]]([^[:alnum:] ]|[^[:alnum:]]{2})'
$_$;

CREATE FUNCTION public.search_inside(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
  SELECT '%' || regexp_replace(search_fold($1), '([\\%_])', '\\\1', 'g') || '%'
$_$;

CREATE FUNCTION public.search_words(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
  SELECT ' ' || btrim(regexp_replace($1, '[^[:alnum:]]+', ' ', 'g')) || ' '
$_$;

CREATE FUNCTION public.webhook_endpoints_note_subscription() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.subscribed_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE TABLE public."__EFMigrationsHistory" (
    migration_id character varying(150) NOT NULL,
    product_version character varying(32) NOT NULL
);

CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name character varying(200) NOT NULL,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    per_minute integer NOT NULL,
    per_hour integer NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.call_scripts (
    organization_id uuid NOT NULL,
    hash bytea NOT NULL,
    content json NOT NULL
);

CREATE TABLE public.calls (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    status character varying(20) NOT NULL,
    "to" character varying(16) NOT NULL,
    "from" character varying(16) NOT NULL,
    contact_id uuid,
    case_id uuid,
    assistant_config_id uuid,
    first_message text NOT NULL,
    variable_values json NOT NULL,
    metadata json NOT NULL,
    scheduled_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    deadline_at timestamp with time zone NOT NULL,
    carrier text,
    started_at timestamp with time zone,
    handed_over_at timestamp with time zone,
    answered_at timestamp with time zone,
    hang_up_requested_at timestamp with time zone,
    hang_up_sent_at timestamp with time zone,
    leased_until timestamp with time zone,
    ended_at timestamp with time zone,
    duration integer,
    ended_reason character varying(100),
    fault character varying(20),
    retryable boolean,
    transcript json NOT NULL,
    recording_url text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    metadata_search jsonb GENERATED ALWAYS AS ((metadata)::jsonb) STORED,
    hang_up_reason character varying(100),
    canonical_to character varying(16) NOT NULL COLLATE pg_catalog."C",
    script_hash bytea NOT NULL,
    script_values json,
    CONSTRAINT ck_calls_final CHECK (((((status)::text = ANY ((ARRAY['new'::character varying, 'scheduled'::character varying, 'processing'::character varying])::text[])) = (ended_at IS NULL)) AND ((ended_at IS NULL) = (ended_reason IS NULL)) AND ((ended_at IS NULL) = (fault IS NULL)) AND ((ended_at IS NULL) = (retryable IS NULL)))),
    CONSTRAINT ck_calls_processing CHECK ((((status)::text <> 'processing'::text) OR ((started_at IS NOT NULL) AND (carrier IS NOT NULL)))),
    CONSTRAINT ck_calls_scheduled CHECK ((((status)::text <> 'scheduled'::text) OR (scheduled_at IS NOT NULL))),
    CONSTRAINT ck_calls_status CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'scheduled'::character varying, 'processing'::character varying, 'ended'::character varying, 'cancelled'::character varying, 'error'::character varying])::text[])))
);

CREATE TABLE public.cases (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    title character varying(200) NOT NULL,
    status character varying(20) NOT NULL,
    description text,
    first_message text,
    prompt text,
    system_prompt_id uuid,
    variables json NOT NULL,
    tool_ids text[] NOT NULL,
    keyterms text[] NOT NULL,
    tags text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_cases_one_prompt CHECK (((prompt IS NULL) <> (system_prompt_id IS NULL))),
    CONSTRAINT ck_cases_status CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'archived'::character varying])::text[])))
);

CREATE TABLE public.contact_group_changes (
    id bigint NOT NULL,
    group_id uuid NOT NULL,
    contacts integer NOT NULL
);

ALTER TABLE public.contact_group_changes ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contact_group_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contact_group_members (
    group_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    contact_created_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
);

CREATE TABLE public.contact_groups (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name character varying(100) NOT NULL,
    description text,
    created_at timestamp with time zone NOT NULL,
    counted_contacts integer DEFAULT 0 NOT NULL,
    compared_name text GENERATED ALWAYS AS (NORMALIZE(regexp_replace((name)::text, '[\U000000AD\U0000034F\U0000061C\U0000115F-\U00001160\U000017B4-\U000017B5\U0000180B-\U0000180F\U0000200B-\U0000200F\U0000202A-\U0000202E\U00002060-\U0000206F\U00003164\U0000FE00-\U0000FE0F\U0000FEFF\U0000FFA0\U0000FFF0-\U0000FFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]'::text, ''::text, 'g'::text), NFC)) STORED
);

CREATE TABLE public.contacts (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    title character varying(200) NOT NULL,
    phone character varying(16) NOT NULL COLLATE pg_catalog."C",
    email text,
    notes text,
    tags text[] NOT NULL,
    custom_fields json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    canonical_number character varying(16) NOT NULL COLLATE pg_catalog."C",
    number_turn smallint DEFAULT 0 NOT NULL,
    search_email text GENERATED ALWAYS AS ("left"(public.search_fold(COALESCE(email, ''::text)), 200)) STORED COLLATE pg_catalog."C",
    search_title text GENERATED ALWAYS AS ("left"(public.search_fold((title)::text), 600)) STORED COLLATE pg_catalog."C",
    search_words text GENERATED ALWAYS AS (public.search_words(public.search_fold((((title)::text || ' '::text) || COALESCE(email, ''::text))))) STORED
);

CREATE TABLE public.conversations (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    account_id uuid NOT NULL,
    status character varying(20) NOT NULL,
    wa_user_phone character varying(16) NOT NULL,
    wa_id character varying(20),
    wa_user_name text,
    contact_id uuid,
    last_message_preview text,
    last_message_direction character varying(10),
    last_message_at timestamp with time zone NOT NULL,
    customer_wrote_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    canonical_number character varying(16) NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_conversations_status CHECK (((status)::text = ANY ((ARRAY['active'::character varying, 'handed_off'::character varying, 'closed'::character varying])::text[])))
);

CREATE TABLE public.data_protection_keys (
    id integer NOT NULL,
    friendly_name text,
    xml text
);

ALTER TABLE public.data_protection_keys ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.data_protection_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.do_not_call_entries (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    phone character varying(16) NOT NULL COLLATE pg_catalog."C",
    reason character varying(500),
    source character varying(20) NOT NULL,
    contact_id uuid,
    at timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    canonical_number character varying(16) NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_do_not_call_entries_source CHECK (((source)::text = ANY ((ARRAY['api'::character varying, 'whatsapp'::character varying, 'call'::character varying, 'import'::character varying])::text[])))
);

CREATE TABLE public.event_feeds (
    organization_id uuid NOT NULL,
    last_sequence bigint NOT NULL,
    published_at timestamp with time zone
);

CREATE TABLE public.events (
    id uuid NOT NULL,
    "position" bigint NOT NULL,
    organization_id uuid NOT NULL,
    type character varying(100) NOT NULL,
    resource_id uuid NOT NULL,
    data json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    is_private boolean DEFAULT false NOT NULL,
    sequence bigint
);

ALTER TABLE public.events ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.idempotency_records (
    organization_id uuid NOT NULL,
    request_hash bytea NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint NOT NULL,
    content_type text,
    location text,
    body bytea NOT NULL,
    holds_secret boolean NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.inbound_assistants (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name character varying(200) NOT NULL,
    system_prompt_id uuid,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.messages (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    account_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    direction character varying(10) NOT NULL,
    type character varying(10) NOT NULL,
    text json,
    template json,
    fallback_template json,
    status character varying(10) NOT NULL,
    error json,
    platform_id character varying(200),
    due_at timestamp with time zone NOT NULL,
    send_by timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone,
    attempts integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    delivered_at timestamp with time zone,
    read_at timestamp with time zone,
    CONSTRAINT ck_messages_content CHECK (((((type)::text = 'text'::text) = (text IS NOT NULL)) AND (((type)::text = 'template'::text) = (template IS NOT NULL)))),
    CONSTRAINT ck_messages_direction CHECK (((direction)::text = ANY ((ARRAY['inbound'::character varying, 'outbound'::character varying])::text[]))),
    CONSTRAINT ck_messages_failed CHECK ((((status)::text = 'failed'::text) = (error IS NOT NULL))),
    CONSTRAINT ck_messages_inbound CHECK ((((direction)::text = 'outbound'::text) OR (((status)::text = 'delivered'::text) AND (platform_id IS NOT NULL)))),
    CONSTRAINT ck_messages_status CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'sent'::character varying, 'delivered'::character varying, 'read'::character varying, 'failed'::character varying])::text[])))
);

CREATE TABLE public.organizations (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    mode character varying(10) NOT NULL,
    max_concurrent_calls integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    limit_set_at timestamp with time zone DEFAULT now() NOT NULL,
    max_waiting_calls integer,
    per_hour integer,
    per_minute integer,
    CONSTRAINT ck_organizations_max_concurrent_calls CHECK ((max_concurrent_calls >= 1)),
    CONSTRAINT ck_organizations_max_waiting_calls CHECK ((max_waiting_calls >= 1)),
    CONSTRAINT ck_organizations_per_hour CHECK ((per_hour >= 1)),
    CONSTRAINT ck_organizations_per_minute CHECK ((per_minute >= 1))
);

CREATE TABLE public.outbound_assistants (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name character varying(200) NOT NULL,
    description text,
    is_default boolean NOT NULL,
    first_message text,
    system_prompt text,
    voice json NOT NULL,
    model json NOT NULL,
    transcriber json,
    backchanneling_enabled boolean NOT NULL,
    dial_keypad_function_enabled boolean NOT NULL,
    background_denoising_enabled boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

CREATE TABLE public.phone_numbers (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    phone_number character varying(16) NOT NULL,
    label character varying(100),
    country character varying(2) NOT NULL,
    provider character varying(50) NOT NULL,
    capabilities text[] NOT NULL,
    is_active boolean NOT NULL,
    is_default boolean NOT NULL,
    inbound_assistant_id uuid,
    created_at timestamp with time zone NOT NULL,
    is_live boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_phone_numbers_capabilities CHECK ((capabilities <@ ARRAY['inbound'::text, 'outbound'::text, 'whatsapp'::text]))
);

CREATE TABLE public.prompts (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name character varying(200) NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

CREATE TABLE public.row_versions (
    rows character varying(63) NOT NULL,
    version character varying(50) NOT NULL
);

CREATE TABLE public.simulated_calls (
    call_id uuid NOT NULL,
    "to" character varying(16) NOT NULL,
    first_message text NOT NULL,
    state character varying(10) NOT NULL,
    next_step_at timestamp with time zone,
    answered_at timestamp with time zone,
    hung_up_at timestamp with time zone
);

CREATE TABLE public.simulated_messages (
    message_id uuid NOT NULL,
    account_id uuid NOT NULL,
    "to" character varying(16) NOT NULL,
    steps_played integer NOT NULL,
    next_step_at timestamp with time zone
);

CREATE TABLE public.waiting_call_changes (
    organization_id uuid NOT NULL,
    calls integer NOT NULL
);

CREATE TABLE public.webhook_endpoints (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    slot integer NOT NULL,
    url character varying(2048) NOT NULL,
    events text[] NOT NULL,
    description text,
    is_active boolean NOT NULL,
    disabled_reason text,
    secret text NOT NULL,
    previous_secret text,
    previous_secret_until timestamp with time zone,
    failing_since timestamp with time zone,
    claimed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    subscribed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_webhook_endpoints_previous_secret CHECK (((previous_secret IS NULL) = (previous_secret_until IS NULL))),
    CONSTRAINT ck_webhook_endpoints_slot CHECK (((slot >= 1) AND (slot <= 5)))
);

CREATE TABLE public.whatsapp_accounts (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    status character varying(20) NOT NULL,
    status_message character varying(500),
    waba_id character varying(100) NOT NULL,
    phone_number_id character varying(100) NOT NULL,
    display_phone_number character varying(16) NOT NULL,
    verified_name character varying(200) NOT NULL,
    quality_rating character varying(20),
    is_simulated boolean NOT NULL,
    access_token text,
    app_secret text,
    verify_token text,
    paused_until timestamp with time zone,
    messages_sent bigint NOT NULL,
    messages_received bigint NOT NULL,
    last_message_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_whatsapp_accounts_secrets CHECK (((is_simulated = (access_token IS NULL)) AND (is_simulated = (app_secret IS NULL)) AND (is_simulated = (verify_token IS NULL)))),
    CONSTRAINT ck_whatsapp_accounts_status CHECK (((status)::text = ANY ((ARRAY['active'::character varying, 'disconnected'::character varying, 'error'::character varying, 'pending_setup'::character varying])::text[])))
);

INSERT INTO public."__EFMigrationsHistory" VALUES ('20261123210514_InitialSchema', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261123210517_CallGuards', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261123234156_WhatsApp', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261123234427_WhatsAppGuards', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261123235030_LiveNumbers', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261123235202_ContactSearch', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261123235235_WaitingCallGuards', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261124001809_UsageOfMessages', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261124014054_LedgerCollation', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261124023613_ContactTags', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261124042829_Webhooks', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261125043000_AuditedChanges', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261125044220_GroupSizes', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261125044505_ContactMarks', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261125094000_QueueOrderByIndex', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261125105226_CanonicalPhone', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261125145512_AttemptsOnDeliveries', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261129072418_OrganizationLimits', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261129072507_OptedOutCalls', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261129074159_SharedScripts', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261129074955_GroupNamesAsSeen', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261129075044_CanonicalNumbers', '10.0.15');
INSERT INTO public."__EFMigrationsHistory" VALUES ('20261129075600_SearchFolds', '10.0.15');

INSERT INTO public.api_keys VALUES ('01900000-0000-7000-8000-000000000011', '01900000-0000-7000-8000-000000000001', 'Old key', '\x52586d0eab20ae1762e103225f6b056e9683997838630b24bee41b49bce7283c', '{*}', 600, 10000, NULL, NULL, NULL, '2026-11-01 08:00:00+00');

INSERT INTO public.call_scripts VALUES ('01900000-0000-7000-8000-000000000001', '\x094f69308938c57bc553c7e3d19d74637355924b3026751dded5eea89b7fc740', '{"assistant" : {"name":"Emma","prompt":"Say {{a}} ü","voice":{"z":1.50},"model":{},"transcriber":null}, "defaults" : {}}');
INSERT INTO public.call_scripts VALUES ('01900000-0000-7000-8000-000000000001', '\x241bd5c29b52a35d25e738f9bd1055148413fefb5781adb2fcb2e14aee1e7a72', '{"assistant":{"name":"Default","prompt":"Be kind to {{name}}.","voice":{},"model":{},"transcriber":null},"defaults":{"name":"you"}}');

INSERT INTO public.calls VALUES ('01900000-0000-7000-8000-000000000091', '01900000-0000-7000-8000-000000000001', 'ended', '+114155550102', '+14155559999', '01900000-0000-7000-8000-000000000064', '01900000-0000-7000-8000-000000000041', '01900000-0000-7000-8000-000000000022', 'Hello.', '{"z":"1","a":"2"}', '{"batch":"7"}', NULL, '2026-11-05 08:00:00+00', '2026-11-05 08:32:00+00', 'simulator', '2026-11-05 08:00:01+00', '2026-11-05 08:00:02+00', '2026-11-05 08:00:05+00', NULL, NULL, NULL, '2026-11-05 08:00:25+00', 20, 'assistant-ended-call', 'none', false, '[{"role":"assistant","message":"Hello.","offset":0.4}]', NULL, '2026-11-05 08:00:00+00', '2026-11-05 08:00:25+00', DEFAULT, NULL, '+114155550102', '\x094f69308938c57bc553c7e3d19d74637355924b3026751dded5eea89b7fc740', NULL);
INSERT INTO public.calls VALUES ('01900000-0000-7000-8000-000000000092', '01900000-0000-7000-8000-000000000001', 'scheduled', '+22507234568', '+14155559999', NULL, NULL, NULL, 'Hello.', '{"name":"Ada"}', '{}', '2036-11-05 08:00:00+00', '2036-11-05 08:00:00+00', '2036-11-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]', NULL, '2026-11-05 08:00:00+00', '2026-11-05 08:00:00+00', DEFAULT, NULL, '+22507234568', '\x241bd5c29b52a35d25e738f9bd1055148413fefb5781adb2fcb2e14aee1e7a72', '{}');

INSERT INTO public.cases VALUES ('01900000-0000-7000-8000-000000000041', '01900000-0000-7000-8000-000000000001', 'A case', 'open', NULL, NULL, NULL, '01900000-0000-7000-8000-000000000031', '[{"name":"name","source":"contact.title","required":true,"defaultValue":null}]', '{end_call}', '{}', '{one}', '2026-11-01 08:00:00+00', '2026-11-02 08:00:00+00');

INSERT INTO public.contact_group_changes VALUES (1, '01900000-0000-7000-8000-000000000071', 1);

INSERT INTO public.contact_group_members VALUES ('01900000-0000-7000-8000-000000000071', '01900000-0000-7000-8000-000000000061', '2026-11-01 08:00:00+00');

INSERT INTO public.contact_groups VALUES ('01900000-0000-7000-8000-000000000071', '01900000-0000-7000-8000-000000000001', 'A group', NULL, '2026-11-01 08:00:00+00', 0, DEFAULT);

INSERT INTO public.contacts VALUES ('01900000-0000-7000-8000-000000000061', '01900000-0000-7000-8000-000000000001', 'Ada', '+442071234567', 'ada@example.com', 'Mornings', '{vip}', '{"b":"1","a":"2"}', '2026-11-01 08:00:00+00', '2026-11-02 08:00:00+00', '+442071234567', 0, DEFAULT, DEFAULT, DEFAULT);
INSERT INTO public.contacts VALUES ('01900000-0000-7000-8000-000000000062', '01900000-0000-7000-8000-000000000001', 'Ada, again', '+4402071234567', NULL, NULL, '{}', '{}', '2026-11-02 08:00:00+00', '2026-11-02 08:00:00+00', '+4402071234567', 0, DEFAULT, DEFAULT, DEFAULT);
INSERT INTO public.contacts VALUES ('01900000-0000-7000-8000-000000000063', '01900000-0000-7000-8000-000000000001', 'Grace', '+14155550102', NULL, NULL, '{}', '{}', '2026-11-02 08:00:00+00', '2026-11-02 08:00:00+00', '+14155550102', 0, DEFAULT, DEFAULT, DEFAULT);
INSERT INTO public.contacts VALUES ('01900000-0000-7000-8000-000000000064', '01900000-0000-7000-8000-000000000001', 'Grace, again', '+114155550102', NULL, NULL, '{}', '{}', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', '+114155550102', 0, DEFAULT, DEFAULT, DEFAULT);

INSERT INTO public.conversations VALUES ('01900000-0000-7000-8000-0000000000b1', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', 'closed', '+22996001100', NULL, 'Koffi', '01900000-0000-7000-8000-000000000063', 'Three', 'inbound', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', '2026-11-01 08:00:00+00', '+22996001100');
INSERT INTO public.conversations VALUES ('01900000-0000-7000-8000-0000000000b2', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', 'handed_off', '+2290196001100', NULL, NULL, NULL, 'Four', 'outbound', '2026-11-04 08:00:00+00', '2026-11-02 20:00:00+00', '2026-11-02 08:00:00+00', '+2290196001100');
INSERT INTO public.conversations VALUES ('01900000-0000-7000-8000-0000000000b3', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', 'active', '+14155550100', NULL, 'Sheena', NULL, 'Hello', 'inbound', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', '+14155550100');

INSERT INTO public.data_protection_keys VALUES (1, 'key-1', '<key id="0190f000-0000-7000-8000-000000000001" version="1"><creationDate>2026-11-01T08:00:00Z</creationDate><activationDate>2026-11-01T08:00:00Z</activationDate><expirationDate>2027-01-30T08:00:00Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><masterKey p4:requiresEncryption="true" xmlns:p4="http://schemas.asp.net/2015/03/dataProtection"><value>AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==</value></masterKey></descriptor></descriptor></key>');

INSERT INTO public.do_not_call_entries VALUES ('01900000-0000-7000-8000-000000000081', '01900000-0000-7000-8000-000000000001', '+4402071234567', 'The first', 'api', '01900000-0000-7000-8000-000000000062', '2026-11-02 08:00:00+00', NULL, '+4402071234567');
INSERT INTO public.do_not_call_entries VALUES ('01900000-0000-7000-8000-000000000082', '01900000-0000-7000-8000-000000000001', '+442071234567', 'The second', 'call', '01900000-0000-7000-8000-000000000061', '2026-11-03 08:00:00+00', NULL, '+442071234567');
INSERT INTO public.do_not_call_entries VALUES ('01900000-0000-7000-8000-000000000083', '01900000-0000-7000-8000-000000000001', '+22997001100', 'Benin', 'whatsapp', NULL, '2026-11-03 08:00:00+00', NULL, '+22997001100');
INSERT INTO public.do_not_call_entries VALUES ('01900000-0000-7000-8000-000000000084', '01900000-0000-7000-8000-000000000001', '+525512345678', 'Mexico', 'import', NULL, '2026-11-03 08:00:00+00', NULL, '+5215512345678');
INSERT INTO public.do_not_call_entries VALUES ('01900000-0000-7000-8000-000000000085', '01900000-0000-7000-8000-000000000001', '+22507234567', NULL, 'api', NULL, '2026-11-03 08:00:00+00', NULL, '+22507234567');
INSERT INTO public.do_not_call_entries VALUES ('01900000-0000-7000-8000-000000000086', '01900000-0000-7000-8000-000000000001', '+14155550103', 'Lifted', 'api', NULL, '2026-11-03 08:00:00+00', '2026-11-04 08:00:00+00', '+14155550103');

INSERT INTO public.event_feeds VALUES ('01900000-0000-7000-8000-000000000001', 2, '2026-11-05 08:00:00+00');

INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES ('01900000-0000-7000-8000-0000000000d1', 1, '01900000-0000-7000-8000-000000000001', 'call.started', '01900000-0000-7000-8000-000000000091', '{"id":"call_1","status":"processing"}', '2026-11-05 08:00:01+00', false, 1);
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES ('01900000-0000-7000-8000-0000000000d2', 2, '01900000-0000-7000-8000-000000000001', 'call.ended', '01900000-0000-7000-8000-000000000091', '{"id":"call_1","status":"ended"}', '2026-11-05 08:00:25+00', false, 2);

INSERT INTO public.idempotency_records VALUES ('01900000-0000-7000-8000-000000000001', '\x01', '\x02', 201, 'application/json', '/api/v1/calls/call_1', '\x7b7d', false, '2036-11-05 08:00:00+00');

INSERT INTO public.inbound_assistants VALUES ('01900000-0000-7000-8000-000000000021', '01900000-0000-7000-8000-000000000001', 'Reception', NULL, '2026-11-01 08:00:00+00');

INSERT INTO public.messages VALUES ('01900000-0000-7000-8000-0000000000c1', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b1', 'inbound', 'text', '{"body":"One"}', NULL, NULL, 'delivered', NULL, 'wamid.1', '2026-11-01 08:00:00+00', '2026-11-01 08:00:00+00', NULL, 0, '2026-11-01 08:00:00+00', '2026-11-01 08:00:00+00', '2026-11-01 08:00:00+00', NULL);
INSERT INTO public.messages VALUES ('01900000-0000-7000-8000-0000000000c2', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b2', 'inbound', 'text', '{"body":"Two"}', NULL, NULL, 'delivered', NULL, 'wamid.2', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', NULL, 0, '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', NULL);
INSERT INTO public.messages VALUES ('01900000-0000-7000-8000-0000000000c3', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b1', 'inbound', 'text', '{"body":"Three"}', NULL, NULL, 'delivered', NULL, 'wamid.3', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', NULL, 0, '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', NULL);
INSERT INTO public.messages VALUES ('01900000-0000-7000-8000-0000000000c4', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b2', 'outbound', 'text', '{"body":"Four"}', NULL, NULL, 'sent', NULL, 'wamid.4', '2026-11-04 08:00:00+00', '2026-11-04 09:00:00+00', NULL, 1, '2026-11-04 08:00:00+00', '2026-11-04 08:00:01+00', NULL, NULL);
INSERT INTO public.messages VALUES ('01900000-0000-7000-8000-0000000000c5', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b3', 'inbound', 'text', '{"body":"Hello"}', NULL, NULL, 'delivered', NULL, 'wamid.5', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', NULL, 0, '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', '2026-11-03 08:00:00+00', NULL);

INSERT INTO public.organizations VALUES ('01900000-0000-7000-8000-000000000001', 'Acme', 'Test', 7, '2026-11-01 08:00:00+00', '2026-11-29 15:29:35.229696+00', NULL, NULL, NULL);

INSERT INTO public.outbound_assistants VALUES ('01900000-0000-7000-8000-000000000022', '01900000-0000-7000-8000-000000000001', 'Emma', NULL, true, NULL, NULL, '{"voiceId":"emma"}', '{"model":"gpt"}', NULL, false, true, false, '2026-11-01 08:00:00+00', '2026-11-02 08:00:00+00');

INSERT INTO public.phone_numbers VALUES ('01900000-0000-7000-8000-000000000051', '01900000-0000-7000-8000-000000000001', '+14155559999', NULL, 'US', 'simulator', '{inbound,outbound}', true, true, '01900000-0000-7000-8000-000000000021', '2026-11-01 08:00:00+00', false);

INSERT INTO public.prompts VALUES ('01900000-0000-7000-8000-000000000031', '01900000-0000-7000-8000-000000000001', 'Kind', 'Be kind.', '2026-11-01 08:00:00+00', '2026-11-02 08:00:00+00');

INSERT INTO public.row_versions VALUES ('calls', '8.13.0/1');
INSERT INTO public.row_versions VALUES ('contacts', '8.13.0/1');
INSERT INTO public.row_versions VALUES ('conversations', '8.13.0/1');
INSERT INTO public.row_versions VALUES ('do_not_call_entries', '8.13.0/1');

INSERT INTO public.simulated_calls VALUES ('01900000-0000-7000-8000-000000000091', '+14155550102', 'Hello.', 'ended', NULL, '2026-11-05 08:00:05+00', NULL);

INSERT INTO public.simulated_messages VALUES ('01900000-0000-7000-8000-0000000000c4', '01900000-0000-7000-8000-0000000000a1', '+2290196001100', 2, NULL);

INSERT INTO public.waiting_call_changes VALUES ('01900000-0000-7000-8000-000000000001', 1);

INSERT INTO public.webhook_deliveries VALUES ('01900000-0000-7000-8000-0000000000f1', '01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000e1', '01900000-0000-7000-8000-0000000000d2', 'call.ended', '01900000-0000-7000-8000-000000000091', 2, 'delivered', 0, NULL, NULL, '2026-11-05 08:00:26+00', '[{"at": "2026-11-05T08:00:26Z", "error": null, "durationMs": 12, "statusCode": 200, "responseBody": "ok"}]');

INSERT INTO public.webhook_endpoints VALUES ('01900000-0000-7000-8000-0000000000e1', '01900000-0000-7000-8000-000000000001', 1, 'https://example.com/hook', '{call.ended}', NULL, true, NULL, 'protected', NULL, NULL, NULL, NULL, '2026-11-01 08:00:00+00', '2026-11-29 15:29:35.26949+00');

INSERT INTO public.whatsapp_accounts VALUES ('01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-000000000001', 'active', NULL, '102', '106', '+14155559999', 'Acme', NULL, true, NULL, NULL, NULL, NULL, 1, 4, NULL, '2026-11-01 08:00:00+00');

SELECT pg_catalog.setval('public.contact_group_changes_id_seq', 1, true);

SELECT pg_catalog.setval('public.data_protection_keys_id_seq', 1, true);

SELECT pg_catalog.setval('public.events_position_seq', 2, true);

ALTER TABLE ONLY public."__EFMigrationsHistory"
    ADD CONSTRAINT pk___ef_migrations_history PRIMARY KEY (migration_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT pk_api_keys PRIMARY KEY (id);

ALTER TABLE ONLY public.call_scripts
    ADD CONSTRAINT pk_call_scripts PRIMARY KEY (organization_id, hash);

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT pk_calls PRIMARY KEY (id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT pk_cases PRIMARY KEY (id);

ALTER TABLE ONLY public.contact_group_changes
    ADD CONSTRAINT pk_contact_group_changes PRIMARY KEY (id);

ALTER TABLE ONLY public.contact_group_members
    ADD CONSTRAINT pk_contact_group_members PRIMARY KEY (group_id, contact_id);

ALTER TABLE ONLY public.contact_groups
    ADD CONSTRAINT pk_contact_groups PRIMARY KEY (id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT pk_contacts PRIMARY KEY (id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT pk_conversations PRIMARY KEY (id);

ALTER TABLE ONLY public.data_protection_keys
    ADD CONSTRAINT pk_data_protection_keys PRIMARY KEY (id);

ALTER TABLE ONLY public.do_not_call_entries
    ADD CONSTRAINT pk_do_not_call_entries PRIMARY KEY (id);

ALTER TABLE ONLY public.event_feeds
    ADD CONSTRAINT pk_event_feeds PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT pk_events PRIMARY KEY (id);

ALTER TABLE ONLY public.idempotency_records
    ADD CONSTRAINT pk_idempotency_records PRIMARY KEY (organization_id, request_hash);

ALTER TABLE ONLY public.inbound_assistants
    ADD CONSTRAINT pk_inbound_assistants PRIMARY KEY (id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT pk_messages PRIMARY KEY (id);

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT pk_organizations PRIMARY KEY (id);

ALTER TABLE ONLY public.outbound_assistants
    ADD CONSTRAINT pk_outbound_assistants PRIMARY KEY (id);

ALTER TABLE ONLY public.phone_numbers
    ADD CONSTRAINT pk_phone_numbers PRIMARY KEY (id);

ALTER TABLE ONLY public.prompts
    ADD CONSTRAINT pk_prompts PRIMARY KEY (id);

ALTER TABLE ONLY public.row_versions
    ADD CONSTRAINT pk_row_versions PRIMARY KEY (rows);

ALTER TABLE ONLY public.simulated_calls
    ADD CONSTRAINT pk_simulated_calls PRIMARY KEY (call_id);

ALTER TABLE ONLY public.simulated_messages
    ADD CONSTRAINT pk_simulated_messages PRIMARY KEY (message_id);

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT pk_webhook_endpoints PRIMARY KEY (id);

ALTER TABLE ONLY public.whatsapp_accounts
    ADD CONSTRAINT pk_whatsapp_accounts PRIMARY KEY (id);

CREATE INDEX ix_api_keys_organization_id ON public.api_keys USING btree (organization_id);

CREATE INDEX ix_api_keys_organization_id_per_hour ON public.api_keys USING btree (organization_id, per_hour) WHERE (revoked_at IS NULL);

CREATE INDEX ix_api_keys_organization_id_per_minute ON public.api_keys USING btree (organization_id, per_minute) WHERE (revoked_at IS NULL);

CREATE UNIQUE INDEX ix_api_keys_secret_hash ON public.api_keys USING btree (secret_hash);

CREATE INDEX ix_calls_contact_id_created_at_id ON public.calls USING btree (contact_id, created_at, id);

CREATE INDEX ix_calls_deadline_at ON public.calls USING btree (deadline_at) WHERE ((status)::text = ANY ((ARRAY['new'::character varying, 'scheduled'::character varying, 'processing'::character varying])::text[]));

CREATE INDEX ix_calls_hang_up_requested_at ON public.calls USING btree (hang_up_requested_at) WHERE ((hang_up_requested_at IS NOT NULL) AND (hang_up_sent_at IS NULL));

CREATE INDEX ix_calls_metadata_search ON public.calls USING gin (metadata_search jsonb_path_ops);

CREATE INDEX ix_calls_organization_id_case_id_created_at_id ON public.calls USING btree (organization_id, case_id, created_at, id);

CREATE INDEX ix_calls_organization_id_created_at_id ON public.calls USING btree (organization_id, created_at, id);

CREATE INDEX ix_calls_organization_id_due_at_id ON public.calls USING btree (organization_id, due_at, id) WHERE ((status)::text = ANY ((ARRAY['new'::character varying, 'scheduled'::character varying])::text[]));

CREATE INDEX ix_calls_organization_id_ended_reason_created_at_id ON public.calls USING btree (organization_id, ended_reason, created_at, id);

CREATE INDEX ix_calls_organization_id_from_created_at_id ON public.calls USING btree (organization_id, "from", created_at, id);

CREATE INDEX ix_calls_organization_id_leased_until ON public.calls USING btree (organization_id, leased_until) WHERE ((status)::text = 'processing'::text);

CREATE INDEX ix_calls_organization_id_status_created_at_id ON public.calls USING btree (organization_id, status, created_at, id);

CREATE INDEX ix_calls_organization_id_to_created_at_id ON public.calls USING btree (organization_id, "to", created_at, id);

CREATE INDEX ix_cases_organization_id_created_at_id ON public.cases USING btree (organization_id, created_at, id);

CREATE INDEX ix_cases_search ON public.cases USING gin (public.search_fold((title)::text) public.gin_trgm_ops);

CREATE INDEX ix_cases_system_prompt_id ON public.cases USING btree (system_prompt_id);

CREATE INDEX ix_contact_group_changes_group_id ON public.contact_group_changes USING btree (group_id);

CREATE INDEX ix_contact_group_members_contact_id ON public.contact_group_members USING btree (contact_id);

CREATE INDEX ix_contact_group_members_group_id_contact_created_at_contact_id ON public.contact_group_members USING btree (group_id, contact_created_at, contact_id);

CREATE UNIQUE INDEX ix_contact_groups_organization_id_compared_name ON public.contact_groups USING btree (organization_id, compared_name);

CREATE INDEX ix_contact_groups_organization_id_created_at_id ON public.contact_groups USING btree (organization_id, created_at, id);

CREATE UNIQUE INDEX ix_contacts_organization_id_canonical_number_number_turn ON public.contacts USING btree (organization_id, canonical_number, number_turn);

CREATE INDEX ix_contacts_organization_id_created_at_id ON public.contacts USING btree (organization_id, created_at, id);

CREATE INDEX ix_contacts_organization_id_created_at_id1 ON public.contacts USING btree (organization_id, created_at, id) WHERE (public.search_has_marks(search_title) OR public.search_has_marks(search_email));

CREATE UNIQUE INDEX ix_contacts_organization_id_phone ON public.contacts USING btree (organization_id, phone);

CREATE INDEX ix_contacts_organization_id_search_email_id ON public.contacts USING btree (organization_id, search_email, id);

CREATE INDEX ix_contacts_organization_id_search_title_id ON public.contacts USING btree (organization_id, search_title, id);

CREATE INDEX ix_contacts_phone ON public.contacts USING gin (phone public.gin_trgm_ops);

CREATE INDEX ix_contacts_search_words ON public.contacts USING gin (search_words public.gin_trgm_ops);

CREATE INDEX ix_contacts_tags ON public.contacts USING gin (public.contact_tag_keys(organization_id, tags));

CREATE UNIQUE INDEX ix_conversations_account_id_canonical_number ON public.conversations USING btree (account_id, canonical_number);

CREATE INDEX ix_conversations_account_id_wa_id ON public.conversations USING btree (account_id, wa_id) WHERE (wa_id IS NOT NULL);

CREATE INDEX ix_conversations_contact_id ON public.conversations USING btree (contact_id);

CREATE INDEX ix_conversations_organization_id_last_message_at_id ON public.conversations USING btree (organization_id, last_message_at, id);

CREATE INDEX ix_conversations_organization_id_status_last_message_at_id ON public.conversations USING btree (organization_id, status, last_message_at, id);

CREATE INDEX ix_do_not_call_entries_contact_id ON public.do_not_call_entries USING btree (contact_id);

CREATE INDEX ix_do_not_call_entries_organization_id_at_id ON public.do_not_call_entries USING btree (organization_id, at, id) WHERE (lifted_at IS NULL);

CREATE UNIQUE INDEX ix_do_not_call_entries_organization_id_canonical_number ON public.do_not_call_entries USING btree (organization_id, canonical_number) WHERE (lifted_at IS NULL);

CREATE INDEX ix_events_created_at ON public.events USING btree (created_at);

CREATE INDEX ix_events_organization_id_created_at ON public.events USING btree (organization_id, created_at) WHERE (sequence IS NOT NULL);

CREATE INDEX ix_events_organization_id_position ON public.events USING btree (organization_id, "position") WHERE ((sequence IS NULL) AND (NOT is_private));

CREATE UNIQUE INDEX ix_events_organization_id_sequence ON public.events USING btree (organization_id, sequence);

CREATE UNIQUE INDEX ix_events_position ON public.events USING btree ("position");

CREATE UNIQUE INDEX ix_events_resource_id ON public.events USING btree (resource_id) WHERE ((type)::text = ANY ((ARRAY['call.ended'::character varying, 'call.failed'::character varying, 'call.cancelled'::character varying])::text[]));

CREATE INDEX ix_idempotency_records_expires_at ON public.idempotency_records USING btree (expires_at);

CREATE INDEX ix_inbound_assistants_organization_id_created_at_id ON public.inbound_assistants USING btree (organization_id, created_at, id);

CREATE INDEX ix_inbound_assistants_system_prompt_id ON public.inbound_assistants USING btree (system_prompt_id);

CREATE UNIQUE INDEX ix_messages_account_id_platform_id ON public.messages USING btree (account_id, platform_id);

CREATE UNIQUE INDEX ix_messages_conversation_id_created_at ON public.messages USING btree (conversation_id, created_at);

CREATE INDEX ix_messages_conversation_id_created_at1 ON public.messages USING btree (conversation_id, created_at) WHERE ((status)::text = 'queued'::text);

CREATE INDEX ix_messages_due_at ON public.messages USING btree (due_at) WHERE (((status)::text = 'queued'::text) AND (claimed_at IS NULL));

CREATE INDEX ix_messages_organization_id_created_at ON public.messages USING btree (organization_id, created_at);

CREATE INDEX ix_messages_send_by ON public.messages USING btree (send_by) WHERE ((status)::text = 'queued'::text);

CREATE UNIQUE INDEX ix_outbound_assistants_organization_id ON public.outbound_assistants USING btree (organization_id) WHERE is_default;

CREATE INDEX ix_outbound_assistants_organization_id_created_at_id ON public.outbound_assistants USING btree (organization_id, created_at, id);

CREATE INDEX ix_phone_numbers_inbound_assistant_id ON public.phone_numbers USING btree (inbound_assistant_id);

CREATE UNIQUE INDEX ix_phone_numbers_organization_id ON public.phone_numbers USING btree (organization_id) WHERE is_default;

CREATE UNIQUE INDEX ix_phone_numbers_organization_id_phone_number ON public.phone_numbers USING btree (organization_id, phone_number);

CREATE UNIQUE INDEX ix_phone_numbers_phone_number ON public.phone_numbers USING btree (phone_number) WHERE is_live;

CREATE INDEX ix_prompts_organization_id_created_at_id ON public.prompts USING btree (organization_id, created_at, id);

CREATE INDEX ix_simulated_calls_next_step_at ON public.simulated_calls USING btree (next_step_at) WHERE (next_step_at IS NOT NULL);

CREATE INDEX ix_simulated_messages_next_step_at ON public.simulated_messages USING btree (next_step_at) WHERE (next_step_at IS NOT NULL);

CREATE INDEX ix_waiting_call_changes_organization_id ON public.waiting_call_changes USING btree (organization_id) INCLUDE (calls);

CREATE INDEX ix_webhook_deliveries_endpoint_id_created_at_id ON public.webhook_deliveries USING btree (endpoint_id, created_at, id);

CREATE INDEX ix_webhook_deliveries_endpoint_id_event_created_at_id ON public.webhook_deliveries USING btree (endpoint_id, event, created_at, id);

CREATE INDEX ix_webhook_deliveries_endpoint_id_leased_until ON public.webhook_deliveries USING btree (endpoint_id, leased_until) WHERE (((status)::text = 'pending'::text) AND (leased_until IS NOT NULL));

CREATE INDEX ix_webhook_deliveries_endpoint_id_next_attempt_at_position ON public.webhook_deliveries USING btree (endpoint_id, next_attempt_at, "position") WHERE ((status)::text = 'pending'::text);

CREATE INDEX ix_webhook_deliveries_endpoint_id_resource_id_position ON public.webhook_deliveries USING btree (endpoint_id, resource_id, "position") WHERE ((failures = 0) AND (next_attempt_at IS NOT NULL));

CREATE INDEX ix_webhook_deliveries_endpoint_id_status_created_at_id ON public.webhook_deliveries USING btree (endpoint_id, status, created_at, id);

CREATE UNIQUE INDEX ix_webhook_deliveries_event_id_endpoint_id ON public.webhook_deliveries USING btree (event_id, endpoint_id);

CREATE INDEX ix_webhook_endpoints_claimed_at ON public.webhook_endpoints USING btree (claimed_at);

CREATE UNIQUE INDEX ix_webhook_endpoints_organization_id_slot ON public.webhook_endpoints USING btree (organization_id, slot);

CREATE INDEX ix_webhook_endpoints_previous_secret_until ON public.webhook_endpoints USING btree (previous_secret_until) WHERE (previous_secret_until IS NOT NULL);

CREATE UNIQUE INDEX ix_whatsapp_accounts_organization_id_phone_number_id ON public.whatsapp_accounts USING btree (organization_id, phone_number_id);

CREATE UNIQUE INDEX ix_whatsapp_accounts_phone_number_id ON public.whatsapp_accounts USING btree (phone_number_id) WHERE (NOT is_simulated);

CREATE TRIGGER calls_announce_hang_up AFTER UPDATE OF hang_up_requested_at, handed_over_at ON public.calls FOR EACH ROW WHEN (((new.hang_up_requested_at IS NOT NULL) AND (new.hang_up_sent_at IS NULL))) EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER calls_announce_new AFTER INSERT ON public.calls FOR EACH ROW WHEN (((new.status)::text = 'new'::text)) EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER calls_announce_room AFTER UPDATE OF status ON public.calls FOR EACH ROW WHEN ((((old.status)::text = 'processing'::text) AND ((new.status)::text <> 'processing'::text))) EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER calls_begin_to_wait AFTER INSERT ON public.calls FOR EACH ROW WHEN (((new.status)::text = ANY ((ARRAY['new'::character varying, 'scheduled'::character varying])::text[]))) EXECUTE FUNCTION public.calls_count_waiting();

CREATE TRIGGER calls_guard_moves BEFORE UPDATE OF status ON public.calls FOR EACH ROW WHEN (((old.status)::text IS DISTINCT FROM (new.status)::text)) EXECUTE FUNCTION public.calls_guard_moves();

CREATE TRIGGER calls_hold_what_they_use BEFORE INSERT ON public.calls FOR EACH ROW WHEN (((new.status)::text = ANY ((ARRAY['new'::character varying, 'scheduled'::character varying])::text[]))) EXECUTE FUNCTION public.calls_hold_what_they_use();

CREATE TRIGGER calls_wait_and_go AFTER DELETE ON public.calls FOR EACH ROW WHEN (((old.status)::text = ANY ((ARRAY['new'::character varying, 'scheduled'::character varying])::text[]))) EXECUTE FUNCTION public.calls_count_waiting();

CREATE TRIGGER calls_wait_no_more AFTER UPDATE OF status ON public.calls FOR EACH ROW WHEN ((((old.status)::text = ANY ((ARRAY['new'::character varying, 'scheduled'::character varying])::text[])) AND ((new.status)::text <> ALL ((ARRAY['new'::character varying, 'scheduled'::character varying])::text[])))) EXECUTE FUNCTION public.calls_count_waiting();

CREATE TRIGGER cases_guard_waiting_calls BEFORE DELETE ON public.cases FOR EACH ROW EXECUTE FUNCTION public.cases_guard_waiting_calls();

CREATE TRIGGER contact_group_members_joined AFTER INSERT ON public.contact_group_members REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.contact_group_members_count();

CREATE TRIGGER contact_group_members_left AFTER DELETE ON public.contact_group_members REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.contact_group_members_count();

CREATE TRIGGER do_not_call_entries_announce AFTER INSERT ON public.do_not_call_entries FOR EACH STATEMENT EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER events_announce AFTER INSERT ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER messages_announce_next AFTER UPDATE OF status ON public.messages FOR EACH ROW WHEN ((((old.status)::text = 'queued'::text) AND ((new.status)::text <> 'queued'::text))) EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER messages_announce_queued AFTER INSERT ON public.messages FOR EACH ROW WHEN (((new.status)::text = 'queued'::text)) EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER messages_guard_moves BEFORE UPDATE OF status ON public.messages FOR EACH ROW WHEN (((old.status)::text IS DISTINCT FROM (new.status)::text)) EXECUTE FUNCTION public.messages_guard_moves();

CREATE TRIGGER organizations_make_feed AFTER INSERT ON public.organizations FOR EACH ROW EXECUTE FUNCTION public.organizations_make_feed();

CREATE TRIGGER organizations_note_limit BEFORE UPDATE OF max_concurrent_calls ON public.organizations FOR EACH ROW WHEN ((old.max_concurrent_calls <> new.max_concurrent_calls)) EXECUTE FUNCTION public.organizations_note_limit();

CREATE TRIGGER phone_numbers_guard_waiting_calls BEFORE DELETE ON public.phone_numbers FOR EACH ROW EXECUTE FUNCTION public.phone_numbers_guard_waiting_calls();

CREATE TRIGGER phone_numbers_set_is_live BEFORE INSERT OR UPDATE OF organization_id, is_live ON public.phone_numbers FOR EACH ROW EXECUTE FUNCTION public.phone_numbers_set_is_live();

CREATE TRIGGER simulated_calls_announce AFTER INSERT OR UPDATE OF hung_up_at ON public.simulated_calls FOR EACH ROW WHEN ((new.next_step_at IS NOT NULL)) EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER simulated_messages_announce AFTER INSERT ON public.simulated_messages FOR EACH ROW WHEN ((new.next_step_at IS NOT NULL)) EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER webhook_deliveries_announce AFTER INSERT ON public.webhook_deliveries FOR EACH STATEMENT EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER webhook_deliveries_announce_anew AFTER UPDATE OF next_attempt_at ON public.webhook_deliveries FOR EACH ROW WHEN (((new.failures = 0) AND (new.next_attempt_at IS NOT NULL) AND (new.next_attempt_at IS DISTINCT FROM old.next_attempt_at))) EXECUTE FUNCTION public.announce_work();

CREATE TRIGGER webhook_endpoints_note_subscription BEFORE UPDATE OF is_active, events ON public.webhook_endpoints FOR EACH ROW WHEN (((old.is_active <> new.is_active) OR (old.events <> new.events))) EXECUTE FUNCTION public.webhook_endpoints_note_subscription();

CREATE TRIGGER whatsapp_accounts_announce_active AFTER UPDATE OF status ON public.whatsapp_accounts FOR EACH ROW WHEN ((((old.status)::text <> 'active'::text) AND ((new.status)::text = 'active'::text))) EXECUTE FUNCTION public.announce_work();

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT fk_api_keys_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.call_scripts
    ADD CONSTRAINT fk_call_scripts_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT fk_calls_call_scripts FOREIGN KEY (organization_id, script_hash) REFERENCES public.call_scripts(organization_id, hash);

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT fk_calls_contacts_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.calls
    ADD CONSTRAINT fk_calls_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT fk_cases_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT fk_cases_prompts_system_prompt_id FOREIGN KEY (system_prompt_id) REFERENCES public.prompts(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.contact_group_members
    ADD CONSTRAINT fk_contact_group_members_contact_groups_group_id FOREIGN KEY (group_id) REFERENCES public.contact_groups(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.contact_group_members
    ADD CONSTRAINT fk_contact_group_members_contacts_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.contact_groups
    ADD CONSTRAINT fk_contact_groups_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT fk_contacts_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT fk_conversations_contacts_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT fk_conversations_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT fk_conversations_whats_app_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.whatsapp_accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.do_not_call_entries
    ADD CONSTRAINT fk_do_not_call_entries_contacts_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.do_not_call_entries
    ADD CONSTRAINT fk_do_not_call_entries_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_feeds
    ADD CONSTRAINT fk_event_feeds_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.events
    ADD CONSTRAINT fk_events_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.idempotency_records
    ADD CONSTRAINT fk_idempotency_records_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.inbound_assistants
    ADD CONSTRAINT fk_inbound_assistants_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.inbound_assistants
    ADD CONSTRAINT fk_inbound_assistants_prompts_system_prompt_id FOREIGN KEY (system_prompt_id) REFERENCES public.prompts(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_conversations_conversation_id FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_whats_app_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.whatsapp_accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.outbound_assistants
    ADD CONSTRAINT fk_outbound_assistants_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.phone_numbers
    ADD CONSTRAINT fk_phone_numbers_inbound_assistants_inbound_assistant_id FOREIGN KEY (inbound_assistant_id) REFERENCES public.inbound_assistants(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.phone_numbers
    ADD CONSTRAINT fk_phone_numbers_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.prompts
    ADD CONSTRAINT fk_prompts_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT fk_webhook_deliveries_events_event_id FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT fk_webhook_deliveries_webhook_endpoints_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoints(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT fk_webhook_endpoints_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.whatsapp_accounts
    ADD CONSTRAINT fk_whatsapp_accounts_organizations_organization_id FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

