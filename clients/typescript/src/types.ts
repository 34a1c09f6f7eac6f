import type { components, operations } from './api.js';
import type { requests } from './requests.js';

/** The types of the API by their names in its document: `Schemas['Call']`. */
export type Schemas = components['schemas'];

/** The name of an operation in the API's document. What the server sends to webhooks is none. */
export type Operation = keyof typeof requests;

/** The body that an operation takes. */
export type Body<O extends Operation> = operations[O] extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;

/** The filters of an operation. */
export type Query<O extends Operation> = NonNullable<operations[O]['parameters']['query']>;

type Responses<O extends Operation> = operations[O]['responses'];
type Success<O extends Operation> = Responses<O>[keyof Responses<O> & (200 | 201)];

/** What an operation answers, in its envelope. */
export type Answer<O extends Operation> = Success<O> extends { content: { 'application/json': infer A } } ? A : never;

/** What an operation answers. */
export type Data<O extends Operation> = Answer<O> extends { data: infer D } ? D : void;

/** An item of what an operation lists. */
export type Item<O extends Operation> = Data<O> extends readonly (infer I)[] ? I : never;
