-- What was known of time, one row for each run of an operating system that the service ran on: the next process goes on from there.
CREATE TABLE ClockMark
(
    Boot TEXT NOT NULL PRIMARY KEY,
    ServiceTicks INTEGER NOT NULL,
    Mark TEXT NOT NULL
);
