import { pause, type KeyedOptions, type List, type RequestOptions, type Transport } from './transport.js';
import type { Body, Data, Item, Query, Schemas } from './types.js';

/** How {@link Calls.waitForEnd} waits. */
export interface WaitOptions extends RequestOptions {
  /** How many milliseconds pass between two looks: 1,000 unless you say otherwise. */
  pollEvery?: number;
}

export class Calls {
  constructor(private readonly api: Transport) {}

  /** Places a call, now or at `scheduledAt`. It answers before anybody's phone rings. */
  create(call: Body<'createCall'>, options: KeyedOptions = {}): Promise<Schemas['Call']> {
    return this.api.data('createCall', { ...options, body: call });
  }

  /** Places many calls, each judged by itself: the results come in the order of the items. */
  createMany(calls: Body<'createCalls'>, options: KeyedOptions = {}): Promise<Data<'createCalls'>> {
    return this.api.data('createCalls', { ...options, body: calls });
  }

  /** What placing a call would do, without doing it. */
  preview(call: Body<'previewCall'>, options: KeyedOptions = {}): Promise<Data<'previewCall'>> {
    return this.api.data('previewCall', { ...options, body: call });
  }

  get(callId: string, options: RequestOptions = {}): Promise<Schemas['Call']> {
    return this.api.data('getCall', { ...options, path: { callId } });
  }

  /** Calls, newest first. */
  list(filters?: Query<'listCalls'>, options: RequestOptions = {}): List<Item<'listCalls'>> {
    return this.api.list('listCalls', { ...options, query: filters });
  }

  /** Cancels a call; one that rings or is talked on is hung up. */
  cancel(callId: string, options: KeyedOptions = {}): Promise<Schemas['Call']> {
    return this.api.data('cancelCall', { ...options, path: { callId } });
  }

  /** Waits until a call is over and reads it. Where many calls go on at once, let a webhook tell you instead. */
  async waitForEnd(callId: string, { pollEvery = 1_000, ...options }: WaitOptions = {}): Promise<Schemas['Call']> {
    for (;;) {
      const call = await this.get(callId, options);
      if (call.endedAt !== null) {
        return call;
      }

      await pause(pollEvery, options.signal);
    }
  }

  /**
   * The recording of a call, of which nothing has been read yet.
   * @param range A part of it, such as `bytes=0-65535`.
   */
  recording(callId: string, { range, ...options }: RequestOptions & { range?: string } = {}): Promise<Response> {
    return this.api.response('getCallRecording', { ...options, path: { callId }, ...(range === undefined ? {} : { headers: { Range: range } }) });
  }
}

export class Contacts {
  constructor(private readonly api: Transport) {}

  create(contact: Body<'createContact'>, options: KeyedOptions = {}): Promise<Schemas['Contact']> {
    return this.api.data('createContact', { ...options, body: contact });
  }

  /** Creates, changes or skips many contacts, each judged by itself: the results come in the order of the items. */
  createMany(contacts: Body<'createContacts'>, options: KeyedOptions = {}): Promise<Data<'createContacts'>> {
    return this.api.data('createContacts', { ...options, body: contacts });
  }

  get(contactId: string, options: RequestOptions = {}): Promise<Schemas['Contact']> {
    return this.api.data('getContact', { ...options, path: { contactId } });
  }

  update(contactId: string, changes: Body<'updateContact'>, options: RequestOptions = {}): Promise<Schemas['Contact']> {
    return this.api.data('updateContact', { ...options, path: { contactId }, body: changes });
  }

  delete(contactId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('deleteContact', { ...options, path: { contactId } });
  }

  /** Contacts, newest first. */
  list(filters?: Query<'listContacts'>, options: RequestOptions = {}): List<Item<'listContacts'>> {
    return this.api.list('listContacts', { ...options, query: filters });
  }

  /** The contacts that match best what somebody types, best first. */
  search(q: string, { limit, ...options }: RequestOptions & { limit?: number } = {}): Promise<Data<'searchContacts'>> {
    return this.api.data('searchContacts', { ...options, query: limit === undefined ? { q } : { q, limit } });
  }
}

export class ContactGroups {
  constructor(private readonly api: Transport) {}

  create(group: Body<'createContactGroup'>, options: KeyedOptions = {}): Promise<Schemas['ContactGroup']> {
    return this.api.data('createContactGroup', { ...options, body: group });
  }

  get(groupId: string, options: RequestOptions = {}): Promise<Schemas['ContactGroup']> {
    return this.api.data('getContactGroup', { ...options, path: { groupId } });
  }

  update(groupId: string, changes: Body<'updateContactGroup'>, options: RequestOptions = {}): Promise<Schemas['ContactGroup']> {
    return this.api.data('updateContactGroup', { ...options, path: { groupId }, body: changes });
  }

  delete(groupId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('deleteContactGroup', { ...options, path: { groupId } });
  }

  list(query?: Query<'listContactGroups'>, options: RequestOptions = {}): List<Item<'listContactGroups'>> {
    return this.api.list('listContactGroups', { ...options, query });
  }

  addMembers(groupId: string, contactIds: string[], options: KeyedOptions = {}): Promise<Schemas['ContactGroup']> {
    return this.api.data('addContactGroupMembers', { ...options, path: { groupId }, body: { contactIds } });
  }

  removeMember(groupId: string, contactId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('removeContactGroupMember', { ...options, path: { groupId, contactId } });
  }
}

/** The numbers that must not be called or messaged. */
export class DoNotCall {
  constructor(private readonly api: Transport) {}

  /** Enters a number. Waiting calls to it are cancelled, and one that rings is hung up. */
  block(entry: Body<'blockNumber'>, options: KeyedOptions = {}): Promise<Schemas['DoNotCallEntry']> {
    return this.api.data('blockNumber', { ...options, body: entry });
  }

  /** Enters many numbers: the results come in the order of the items. */
  blockMany(entries: Body<'blockNumbers'>, options: KeyedOptions = {}): Promise<Data<'blockNumbers'>> {
    return this.api.data('blockNumbers', { ...options, body: entries });
  }

  get(phone: string, options: RequestOptions = {}): Promise<Schemas['DoNotCallEntry']> {
    return this.api.data('getDoNotCallEntry', { ...options, path: { phone } });
  }

  /** Lifts the entry of a number, which may be called again then. */
  unblock(phone: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('unblockNumber', { ...options, path: { phone } });
  }

  list(filters?: Query<'listDoNotCallEntries'>, options: RequestOptions = {}): List<Item<'listDoNotCallEntries'>> {
    return this.api.list('listDoNotCallEntries', { ...options, query: filters });
  }
}

/** Reusable call scripts. */
export class Cases {
  constructor(private readonly api: Transport) {}

  create(script: Body<'createCase'>, options: KeyedOptions = {}): Promise<Schemas['Case']> {
    return this.api.data('createCase', { ...options, body: script });
  }

  get(caseId: string, options: RequestOptions = {}): Promise<Schemas['Case']> {
    return this.api.data('getCase', { ...options, path: { caseId } });
  }

  update(caseId: string, changes: Body<'updateCase'>, options: RequestOptions = {}): Promise<Schemas['Case']> {
    return this.api.data('updateCase', { ...options, path: { caseId }, body: changes });
  }

  delete(caseId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('deleteCase', { ...options, path: { caseId } });
  }

  list(filters?: Query<'listCases'>, options: RequestOptions = {}): List<Item<'listCases'>> {
    return this.api.list('listCases', { ...options, query: filters });
  }
}

export class Prompts {
  constructor(private readonly api: Transport) {}

  create(prompt: Body<'createPrompt'>, options: KeyedOptions = {}): Promise<Schemas['Prompt']> {
    return this.api.data('createPrompt', { ...options, body: prompt });
  }

  get(promptId: string, options: RequestOptions = {}): Promise<Schemas['Prompt']> {
    return this.api.data('getPrompt', { ...options, path: { promptId } });
  }

  update(promptId: string, changes: Body<'updatePrompt'>, options: RequestOptions = {}): Promise<Schemas['Prompt']> {
    return this.api.data('updatePrompt', { ...options, path: { promptId }, body: changes });
  }

  delete(promptId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('deletePrompt', { ...options, path: { promptId } });
  }

  list(options: RequestOptions = {}): Promise<Data<'listPrompts'>> {
    return this.api.data('listPrompts', options);
  }
}

/** The assistants that talk on calls that are placed. */
export class OutboundAssistants {
  constructor(private readonly api: Transport) {}

  create(assistant: Body<'createOutboundAssistant'>, options: KeyedOptions = {}): Promise<Schemas['OutboundAssistant']> {
    return this.api.data('createOutboundAssistant', { ...options, body: assistant });
  }

  get(outboundAssistantId: string, options: RequestOptions = {}): Promise<Schemas['OutboundAssistant']> {
    return this.api.data('getOutboundAssistant', { ...options, path: { outboundAssistantId } });
  }

  update(outboundAssistantId: string, changes: Body<'updateOutboundAssistant'>, options: RequestOptions = {}): Promise<Schemas['OutboundAssistant']> {
    return this.api.data('updateOutboundAssistant', { ...options, path: { outboundAssistantId }, body: changes });
  }

  delete(outboundAssistantId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('deleteOutboundAssistant', { ...options, path: { outboundAssistantId } });
  }

  list(options: RequestOptions = {}): Promise<Data<'listOutboundAssistants'>> {
    return this.api.data('listOutboundAssistants', options);
  }
}

/** The assistants that answer calls. */
export class InboundAssistants {
  constructor(private readonly api: Transport) {}

  create(assistant: Body<'createInboundAssistant'>, options: KeyedOptions = {}): Promise<Schemas['InboundAssistant']> {
    return this.api.data('createInboundAssistant', { ...options, body: assistant });
  }

  get(inboundAssistantId: string, options: RequestOptions = {}): Promise<Schemas['InboundAssistant']> {
    return this.api.data('getInboundAssistant', { ...options, path: { inboundAssistantId } });
  }

  update(inboundAssistantId: string, changes: Body<'updateInboundAssistant'>, options: RequestOptions = {}): Promise<Schemas['InboundAssistant']> {
    return this.api.data('updateInboundAssistant', { ...options, path: { inboundAssistantId }, body: changes });
  }

  delete(inboundAssistantId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('deleteInboundAssistant', { ...options, path: { inboundAssistantId } });
  }

  list(options: RequestOptions = {}): Promise<Data<'listInboundAssistants'>> {
    return this.api.data('listInboundAssistants', options);
  }
}

export class PhoneNumbers {
  constructor(private readonly api: Transport) {}

  create(number: Body<'createPhoneNumber'>, options: KeyedOptions = {}): Promise<Schemas['PhoneNumber']> {
    return this.api.data('createPhoneNumber', { ...options, body: number });
  }

  update(phoneNumberId: string, changes: Body<'updatePhoneNumber'>, options: RequestOptions = {}): Promise<Schemas['PhoneNumber']> {
    return this.api.data('updatePhoneNumber', { ...options, path: { phoneNumberId }, body: changes });
  }

  delete(phoneNumberId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('deletePhoneNumber', { ...options, path: { phoneNumberId } });
  }

  list(options: RequestOptions = {}): Promise<Data<'listPhoneNumbers'>> {
    return this.api.data('listPhoneNumbers', options);
  }
}

export class Webhooks {
  constructor(private readonly api: Transport) {}

  /** Registers an endpoint. The answer has its secret, which is never shown again. */
  create(endpoint: Body<'createWebhookEndpoint'>, options: KeyedOptions = {}): Promise<Schemas['WebhookEndpointWithSecret']> {
    return this.api.data('createWebhookEndpoint', { ...options, body: endpoint });
  }

  get(webhookEndpointId: string, options: RequestOptions = {}): Promise<Schemas['WebhookEndpointDetails']> {
    return this.api.data('getWebhookEndpoint', { ...options, path: { webhookEndpointId } });
  }

  update(webhookEndpointId: string, changes: Body<'updateWebhookEndpoint'>, options: RequestOptions = {}): Promise<Schemas['WebhookEndpoint']> {
    return this.api.data('updateWebhookEndpoint', { ...options, path: { webhookEndpointId }, body: changes });
  }

  delete(webhookEndpointId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('deleteWebhookEndpoint', { ...options, path: { webhookEndpointId } });
  }

  list(options: RequestOptions = {}): Promise<Data<'listWebhookEndpoints'>> {
    return this.api.data('listWebhookEndpoints', options);
  }

  /** Makes a new secret; the one before it signs too for as many hours as you say. */
  rotateSecret(webhookEndpointId: string, { graceHours, ...options }: KeyedOptions & { graceHours?: number } = {}): Promise<Schemas['WebhookEndpointWithSecret']> {
    return this.api.data('rotateWebhookSecret', { ...options, path: { webhookEndpointId }, query: graceHours === undefined ? {} : { graceHours } });
  }

  /** Has a `ping` sent to the endpoint. */
  test(webhookEndpointId: string, options: KeyedOptions = {}): Promise<Schemas['WebhookDelivery']> {
    return this.api.data('testWebhookEndpoint', { ...options, path: { webhookEndpointId } });
  }

  /** The deliveries to an endpoint, newest first. */
  deliveries(webhookEndpointId: string, filters?: Query<'listWebhookDeliveries'>, options: RequestOptions = {}): List<Item<'listWebhookDeliveries'>> {
    return this.api.list('listWebhookDeliveries', { ...options, path: { webhookEndpointId }, query: filters });
  }

  resend(webhookEndpointId: string, deliveryId: string, options: KeyedOptions = {}): Promise<Schemas['WebhookDelivery']> {
    return this.api.data('resendWebhookDelivery', { ...options, path: { webhookEndpointId, deliveryId } });
  }

  /** Has everything sent again that was given up since a time. */
  recover(webhookEndpointId: string, since: Body<'recoverWebhookDeliveries'>, options: KeyedOptions = {}): Promise<Schemas['WebhookRecovery']> {
    return this.api.data('recoverWebhookDeliveries', { ...options, path: { webhookEndpointId }, body: since });
  }
}

export class WhatsApp {
  constructor(private readonly api: Transport) {}

  accounts(options: RequestOptions = {}): Promise<Data<'listWhatsAppAccounts'>> {
    return this.api.data('listWhatsAppAccounts', options);
  }

  /** The templates that an account may send. */
  templates(integrationId: string, options: RequestOptions = {}): Promise<Data<'listWhatsAppTemplates'>> {
    return this.api.data('listWhatsAppTemplates', { ...options, query: { integrationId } });
  }

  send(message: Body<'sendWhatsAppMessage'>, options: KeyedOptions = {}): Promise<Schemas['WhatsAppMessage']> {
    return this.api.data('sendWhatsAppMessage', { ...options, body: message });
  }

  conversations(filters?: Query<'listWhatsAppConversations'>, options: RequestOptions = {}): List<Item<'listWhatsAppConversations'>> {
    return this.api.list('listWhatsAppConversations', { ...options, query: filters });
  }

  conversation(conversationId: string, options: RequestOptions = {}): Promise<Schemas['WhatsAppConversation']> {
    return this.api.data('getWhatsAppConversation', { ...options, path: { conversationId } });
  }

  updateConversation(conversationId: string, changes: Body<'updateWhatsAppConversation'>, options: RequestOptions = {}): Promise<Schemas['WhatsAppConversation']> {
    return this.api.data('updateWhatsAppConversation', { ...options, path: { conversationId }, body: changes });
  }

  messages(conversationId: string, query?: Query<'listWhatsAppMessages'>, options: RequestOptions = {}): List<Item<'listWhatsAppMessages'>> {
    return this.api.list('listWhatsAppMessages', { ...options, path: { conversationId }, query });
  }
}

export class ApiKeys {
  constructor(private readonly api: Transport) {}

  /** Makes a key. The answer has its secret, which is never shown again. */
  create(key: Body<'createApiKey'>, options: KeyedOptions = {}): Promise<Schemas['ApiKeyWithSecret']> {
    return this.api.data('createApiKey', { ...options, body: key });
  }

  list(options: RequestOptions = {}): Promise<Data<'listApiKeys'>> {
    return this.api.data('listApiKeys', options);
  }

  revoke(keyId: string, options: RequestOptions = {}): Promise<void> {
    return this.api.data('revokeApiKey', { ...options, path: { keyId } });
  }
}

/** When phones may ring, and how often one number. */
export class CallingPolicy {
  constructor(private readonly api: Transport) {}

  get(options: RequestOptions = {}): Promise<Schemas['CallingPolicy']> {
    return this.api.data('getCallingPolicy', options);
  }

  update(changes: Body<'updateCallingPolicy'>, options: RequestOptions = {}): Promise<Schemas['CallingPolicy']> {
    return this.api.data('updateCallingPolicy', { ...options, body: changes });
  }
}
