namespace Thaw.Torch.Tests;

/// <summary>What must not depend on the number of threads.</summary>
internal static class ThreadAssert
{
    /// <summary>One, two and three threads give the same.</summary>
    public static void GivesTheSame<T>(Func<T[]> compute)
    {
        var before = TorchRuntime.Threads;
        try
        {
            var one = On(1);
            Assert.Equal(one, On(2));
            Assert.Equal(one, On(3));
        }
        finally
        {
            TorchRuntime.Threads = before;
        }

        T[] On(int threads)
        {
            TorchRuntime.Threads = threads;
            return compute();
        }
    }
}
