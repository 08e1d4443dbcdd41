/** The tables' history. A step is never changed once released; a new one is added behind it. */

export const stateMigrations: readonly string[] = [
  `create table organizations (organization_id text primary key, name text not null, position integer not null) strict;
   create table instances (
     instance_id text primary key, organization_id text not null references organizations, name text not null,
     state text not null check (state in ('running', 'stopped')), core_key_sealed blob not null,
     tokenization_secret_sealed blob not null, position integer not null) strict;
   create table members (
     user_id text primary key, organization_id text not null references organizations, name text not null,
     email text not null unique, role text not null, password_hash text not null, password_sealed blob not null,
     totp_secret_sealed blob not null, position integer not null) strict;
   create table sessions (
     session_hash text primary key, user_id text not null references members, created_at text not null,
     expires_at text not null) strict;
   create table apps (
     app_id text primary key, organization_id text not null references organizations, name text not null,
     description text not null, developer text not null, logo_url text not null,
     registration_callback_url_sealed blob not null, portal_generator_url_sealed blob not null,
     permissions text not null, launch_access text not null, launch_requires_authentication integer not null,
     insecure_urls integer not null, created_at text not null) strict;
   create table installations (
     installed_app_id text primary key, app_id text not null references apps,
     organization_id text not null references organizations, instance_id text not null references instances,
     status text not null check (status in ('installing', 'active', 'cancelled', 'uninstalled')),
     granted_permissions text not null, api_key_hash text not null unique, api_key_prefix text not null,
     installed_by text, created_at text not null, installed_at text, ended_at text) strict;
   create unique index one_installation_per_instance on installations (app_id, organization_id, instance_id)
     where status in ('installing', 'active');
   create table deliveries (
     sequence integer primary key autoincrement, delivery_id text not null unique,
     kind text not null check (kind in ('install', 'uninstall', 'portal')), organization_id text not null,
     app_id text not null, installed_app_id text not null, instance_id text not null, url_masked text not null,
     body_sealed blob not null, body_masked text not null, status integer, response_body text, duration_ms real,
     error text, sent_at text not null, attempt_of text) strict;
   create index deliveries_by_installation on deliveries (installed_app_id, sequence);
   create index deliveries_by_organization on deliveries (organization_id, sequence);
   create table alerts (
     sequence integer primary key autoincrement, anomaly_id text not null unique, organization_id text not null,
     instance_id text not null references instances, resource_id text not null, type text not null,
     title text not null, description text not null, status text not null, created_at text not null,
     updated_at text not null) strict;
   create index alerts_by_instance on alerts (instance_id, sequence);`,
  `create table faults (
     sequence integer primary key autoincrement, fault_id text not null unique, fault text not null,
     organization_id text, app_id text, instance_id text, installed_app_id text, fault_values text not null,
     times integer, struck integer not null, set_at text not null, ends_at text) strict;
   create table settings (name text primary key, value text not null) strict;
   alter table deliveries add column faults text not null default '[]';`,
  `alter table apps add column removed_at text;`,
  `alter table deliveries add column trace_id text;
   alter table deliveries add column span_id text;
   alter table deliveries add column parent_id text;
   create index deliveries_by_trace on deliveries (trace_id) where trace_id is not null;
   create index deliveries_by_app on deliveries (app_id, sequence);
   create index deliveries_by_time on deliveries (sent_at);`,
  `create index apps_by_organization on apps (organization_id, created_at, app_id);
   create index installations_by_organization on installations (organization_id, created_at);
   create index installations_by_app on installations (app_id, created_at);
   create index installations_by_instance on installations (instance_id, created_at);
   create index members_by_organization on members (organization_id, position);`,
  `create table alert_changes (
     sequence integer primary key autoincrement, anomaly_id text not null references alerts (anomaly_id),
     changed_at text not null, installed_app_id text, app_id text, user_id text, status text not null,
     changed text not null) strict;
   create index alert_changes_by_alert on alert_changes (anomaly_id, sequence);`,
  // Those begun before were handed to browsers as cookies, which went to whatever ran on this host.
  `delete from sessions;`,
  `create table held_deliveries (
     delivery_id text primary key, since text not null, delays text not null, copies_after integer not null,
     copies_at_once integer not null) strict;`,
  `alter table held_deliveries add column uninstall_sealed blob;`,
];

/**
 * A row is written with every call, so each index must earn its keep: one holds what the page filters by, so
 * that counting and filtering never read the wide rows; the others find one call, one trace, one actor.
 */
export const auditMigrations: readonly string[] = [
  `create table audit (
     sequence integer primary key, time text not null, category text not null,
     organization_id text, instance_id text, installed_app_id text, app_id text, api_key_prefix text,
     user_id text, method text not null, path text not null, status integer not null,
     duration_ms real not null, request_id text not null, code text) strict;`,
  `alter table audit add column faults text not null default '[]';`,
  `alter table audit add column trace_id text;
   alter table audit add column span_id text;
   alter table audit add column parent_id text;
   alter table audit add column resource_id text;
   alter table audit add column request_body text;
   alter table audit add column response_body text;
   create index audit_by_organization on audit (organization_id, sequence, instance_id, category, method, status);
   create index audit_refused on audit (organization_id, sequence, instance_id, category, method, status)
     where status >= 400;
   create index audit_by_installation on audit (installed_app_id, sequence, organization_id)
     where installed_app_id is not null;
   create index audit_by_user on audit (user_id, sequence, organization_id) where user_id is not null;
   create index audit_by_request on audit (request_id);
   create index audit_by_trace on audit (trace_id) where trace_id is not null;`,
];
