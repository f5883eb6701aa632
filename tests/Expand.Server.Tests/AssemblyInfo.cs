// Of three that run at a time one waits for PostgreSQL or for its own clock.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
