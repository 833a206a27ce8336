// The server's engine and the local generator share libtorch's thread pool and random state.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
