-- State of the service clock, one row per boot of a machine. The next process continues from it.
CREATE TABLE ClockMark
(
    Boot text NOT NULL PRIMARY KEY,
    ServiceTicks bigint NOT NULL,
    Mark text NOT NULL
);
