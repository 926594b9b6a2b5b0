import type { paths } from './schema';

/** The JSON of an operation's good answer. */
type Ok<TOperation> = TOperation extends { responses: infer TResponses }
  ? {
      [TStatus in keyof TResponses & (200 | 201)]: TResponses[TStatus] extends { content: { 'application/json': infer TBody } } ? TBody : never;
    }[keyof TResponses & (200 | 201)]
  : never;

// Short names for what the server sends. They are read off the routes, so that its OpenAPI document alone says what they look like.
export type Session = Ok<paths['/auth/login']['post']>;
export type Me = Ok<paths['/api/user/me']['get']>;
export type Passkey = Ok<paths['/api/user/passkeys']['get']>['items'][number];
export type PersonalToken = Ok<paths['/api/user/tokens']['get']>['items'][number];
export type SigningState = Ok<paths['/api/accounts/{id}/signing-secret']['get']>;
export type OwnApp = Ok<paths['/api/tenant/apps']['get']>['items'][number];
export type AppGrant = Ok<paths['/api/user/grants']['get']>['items'][number];
export type DataExport = Ok<paths['/api/user/export']['get']>['items'][number];
export type Deletion = Ok<paths['/api/tenant/delete']['get']>;
export type Member = Ok<paths['/api/tenant/members']['get']>['items'][number];
export type BrokerPlugin = Ok<paths['/api/brokers']['get']>[number];
export type Account = Ok<paths['/api/user/brokers']['get']>[number];
export type RegisteredAccount = Ok<paths['/register/{broker}']['post']>;
export type AgentSetup = Ok<paths['/api/accounts/{id}/agent']['get']>;
export type AccountPatch = paths['/api/accounts/{id}']['patch']['requestBody']['content']['application/json'];
export type Position = Ok<paths['/api/positions']['get']>[number];
export type Order = Ok<paths['/api/orders']['get']>['items'][number];
export type WebhookLogEntry = Ok<paths['/api/webhooks/log']['get']>['items'][number];
export type WebhookLogDetail = Ok<paths['/api/webhooks/log/{id}']['get']>;
export type Stages = NonNullable<WebhookLogEntry['stages']>;
export type Check = WebhookLogDetail['checks'][number];
export type ValidateResult = Ok<paths['/api/webhooks/validate']['post']>;
export type Notification = Ok<paths['/api/notifications']['get']>['items'][number];
export type Channel = Ok<paths['/api/user/notification_settings']['get']>['channels'][number];
export type ChannelInput = NonNullable<
  paths['/api/user/notification_settings']['put']['requestBody']['content']['application/json']['channels']
>[number];
export type ChannelTest = Ok<paths['/api/user/notification_settings/test']['post']>;
export type Delivery = Ok<paths['/api/user/notification_settings/deliveries']['get']>['items'][number];
export type Usage = Ok<paths['/api/billing/usage']['get']>;
export type BillingStatus = Ok<paths['/api/billing/status']['get']>;
export type Plan = Ok<paths['/api/billing/plans']['get']>[number];
export type SymbolLine = Ok<paths['/api/accounts/{id}/symbols']['get']>['items'][number];
export type RiskConfig = Ok<paths['/api/user/risk_config']['get']>;
export type PendingChange = NonNullable<RiskConfig['pending']>[number];
export type RiskRule = Ok<paths['/api/user/risk_rules']['get']>[number];
export type RiskToday = Ok<paths['/api/user/risk_today']['get']>;
export type Calendar = Ok<paths['/api/calendar/events']['get']>;
export type CalendarEvent = Calendar['items'][number];
export type Summary = Ok<paths['/api/analytics/summary']['get']>;
export type EquityPoint = Ok<paths['/api/analytics/equity']['get']>[number];
export type KeyRow = Ok<paths['/api/analytics/by-day']['get']>[number];
export type Trade = Ok<paths['/api/analytics/trades']['get']>['items'][number];
export type Overview = Ok<paths['/api/overview']['get']>;
