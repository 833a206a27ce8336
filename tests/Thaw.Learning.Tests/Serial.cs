// libtorch's threads and live count belong to the process, so tests that touch it run one after another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
