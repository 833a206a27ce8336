using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>Work on small tensors side by side, one CPU thread a share: libtorch cannot divide small matrices well.</summary>
internal static class ThreadShares
{
    /// <summary>Runs <paramref name="work"/> for each share from 0, all at the same time, each on one thread of libtorch.</summary>
    public static void Run(int shares, Action<int> work)
    {
        if (shares == 1)
        {
            work(0);
            return;
        }

        var threads = TorchRuntime.Threads;
        Parallel.For(0, shares, new ParallelOptions { MaxDegreeOfParallelism = shares }, share =>
        {
            TorchRuntime.SetThreadsOfCaller(1);
            try
            {
                work(share);
            }
            finally
            {
                TorchRuntime.SetThreadsOfCaller(threads);
            }
        });
    }
}
