// Each of them starts the whole system: two at a time would wait for each other's processor.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
