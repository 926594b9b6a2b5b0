-- The message of a signal stands in the rows of its accounts, and goes with them when its time is over.
alter table strategies.signals drop column payload;
