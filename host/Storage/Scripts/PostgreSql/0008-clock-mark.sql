-- What was known of time, one row for each run of an operating system that the service ran on: the next process goes on from there.
CREATE TABLE ClockMark
(
    Boot text NOT NULL PRIMARY KEY,
    ServiceTicks bigint NOT NULL,
    Mark text NOT NULL
);
