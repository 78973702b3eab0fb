-- State of the service clock, one row per boot of a machine. The next process continues from it.
CREATE TABLE ClockMark
(
    Boot TEXT NOT NULL PRIMARY KEY,
    ServiceTicks INTEGER NOT NULL,
    Mark TEXT NOT NULL
);
