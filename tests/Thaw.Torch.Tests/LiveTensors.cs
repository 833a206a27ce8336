namespace Thaw.Torch.Tests;

/// <summary>Counts native tensors without those that a test before this one dropped for the finaliser, whenever it comes.</summary>
internal static class LiveTensors
{
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.LiveCount;
    }

    /// <summary>As many native tensors live after the action as before, without the finaliser's help.</summary>
    public static void AreNotLeftBy(Action action)
    {
        var before = Count();
        action();
        Assert.Equal(before, Tensor.LiveCount);
    }
}
