-- What is asked of a broker is a call of a Worker now, and stands nowhere.
drop table connectors.jobs;
