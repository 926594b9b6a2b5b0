import type { components } from './schema';

type Schemas = components['schemas'];

// Short names for what the server sends. The shapes themselves come from its OpenAPI document (npm run api).
export type Account = Schemas['Account'];
export type AccountPatch = Schemas['AccountPatch'];
export type BrokerPlugin = Schemas['BrokerPlugin'];
export type RegisteredAccount = Schemas['RegisteredAccount'];
export type Me = Schemas['Me'];
export type Position = Schemas['Position'];
export type Order = Schemas['Order'];
export type OrderStatus = Order['status'];
export type WebhookLogEntry = Schemas['WebhookLogEntry'];
export type WebhookLogDetail = Schemas['WebhookLogDetail'];
export type Stages = Schemas['Stages'];
export type Check = Schemas['Check'];
export type ValidateResult = Schemas['ValidateResult'];
export type Member = Schemas['Member'];
export type PersonalToken = Schemas['PersonalToken'];
export type Notification = Schemas['Notification'];
