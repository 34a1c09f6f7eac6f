import {
  ApiKeys, CallingPolicy, Calls, Cases, ContactGroups, Contacts, DoNotCall, InboundAssistants, OutboundAssistants, PhoneNumbers, Prompts, Webhooks, WhatsApp,
} from './resources.js';
import { Transport, type ErzyCallOptions, type List, type RequestOptions } from './transport.js';
import type { Data, Item, Query } from './types.js';

/** A server of ErzyCall, as the key of an organization sees it. */
export class ErzyCall {
  readonly calls: Calls;
  readonly contacts: Contacts;
  readonly contactGroups: ContactGroups;
  readonly doNotCall: DoNotCall;
  readonly cases: Cases;
  readonly prompts: Prompts;
  readonly outboundAssistants: OutboundAssistants;
  readonly inboundAssistants: InboundAssistants;
  readonly phoneNumbers: PhoneNumbers;
  readonly webhooks: Webhooks;
  readonly whatsApp: WhatsApp;
  readonly apiKeys: ApiKeys;
  readonly callingPolicy: CallingPolicy;
  private readonly api: Transport;

  constructor(options: ErzyCallOptions) {
    this.api = new Transport(options);
    this.calls = new Calls(this.api);
    this.contacts = new Contacts(this.api);
    this.contactGroups = new ContactGroups(this.api);
    this.doNotCall = new DoNotCall(this.api);
    this.cases = new Cases(this.api);
    this.prompts = new Prompts(this.api);
    this.outboundAssistants = new OutboundAssistants(this.api);
    this.inboundAssistants = new InboundAssistants(this.api);
    this.phoneNumbers = new PhoneNumbers(this.api);
    this.webhooks = new Webhooks(this.api);
    this.whatsApp = new WhatsApp(this.api);
    this.apiKeys = new ApiKeys(this.api);
    this.callingPolicy = new CallingPolicy(this.api);
  }

  /** Whose key this is, and what it may do. */
  me(options: RequestOptions = {}): Promise<Data<'getMe'>> {
    return this.api.data('getMe', options);
  }

  /** The organization's events, oldest first. Keep the cursor of the last page that you have seen to the end, and go on from there with `pages(cursor)`. */
  events(query?: Query<'listEvents'>, options: RequestOptions = {}): List<Item<'listEvents'>> {
    return this.api.list('listEvents', { ...options, query }, 'after');
  }

  /** The carrier accounts that the operator has connected. */
  carrierAccounts(options: RequestOptions = {}): Promise<Data<'listCarrierAccounts'>> {
    return this.api.data('listCarrierAccounts', options);
  }

  /** What was done, all in all or day by day. */
  usage(query?: Query<'getUsage'>, options: RequestOptions = {}): Promise<Data<'getUsage'>> {
    return this.api.data('getUsage', { ...options, query });
  }
}

export { ErzyCallConnectionError, ErzyCallError, type ErrorCode } from './errors.js';
export type * from './resources.js';
export type { ErzyCallOptions, KeyedOptions, List, Page, RequestOptions } from './transport.js';
export type { Schemas } from './types.js';
export { verifyWebhook, WebhookVerificationError, type VerifyOptions } from './webhooks.js';
