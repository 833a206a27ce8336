using System.Diagnostics;
using Thaw.Torch.Distributed;

namespace Thaw.Torch.Tests.Distributed;

public sealed class ProcessGroupTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Sum_OfSeveralTensors_IsWholeOnEveryRank(int size)
    {
        // The second and third are more than one bucket; the types differ, and so do the shapes.
        var all = Ranks(size, group =>
        {
            using var scope = new TensorScope();
            Tensor[] tensors =
            [
                Tensor.FromSpan([1.0f + group.Rank, 2.0f], 2),
                Tensor.Full([3, 1 << 20], group.Rank + 1.0),
                Tensor.Full([1 << 23], 0.5),
                Tensor.FromSpan([10L * group.Rank], 1, 1),
            ];
            group.Sum(tensors);
            return (tensors[0].ToFloats(), tensors[1].ToFloats().Distinct().Single(), tensors[2].ToFloats().Distinct().Single(), tensors[3].ToLongs()[0]);
        });

        var ranks = Enumerable.Range(0, size).Sum();
        Assert.All(all, own =>
        {
            Assert.Equal([size + ranks, 2 * size], own.Item1);
            Assert.Equal(size + ranks, own.Item2);
            Assert.Equal(0.5 * size, own.Item3);
            Assert.Equal(10 * ranks, own.Item4);
        });
    }

    [Fact]
    public void Sum_OfTheSameNumbersTwice_HasTheSameBitsOnEveryRank()
    {
        var all = Ranks(3, group =>
        {
            using var scope = new TensorScope();
            var numbers = RandomNumbers.Normal($"sum/{group.Rank}", 1000);
            return Enumerable.Range(0, 2).Select(_ =>
            {
                var tensor = Tensor.FromSpan(numbers, numbers.Length);
                group.Sum([tensor]);
                return tensor.ToFloats();
            }).ToArray();
        });

        Assert.All(all.SelectMany(own => own), own => Assert.Equal(all[0][0], own));
    }

    [Fact]
    public void Sum_IntoAView_ReachesTheTensorBehindIt()
    {
        var all = Ranks(2, group =>
        {
            using var scope = new TensorScope();
            var whole = Tensor.Zeros([2, 3]);
            var column = whole.Narrow(1, 1, 1);
            column.CopyFrom(Tensor.Full([1], 1.0));
            group.Sum([column]);
            return whole.ToFloats();
        });

        Assert.All(all, own => Assert.Equal([0, 2, 0, 0, 2, 0], own));
    }

    [Fact]
    public void Broadcast_FromTheLast_ReplacesThoseOfTheOthers()
    {
        var all = Ranks(3, group =>
        {
            using var scope = new TensorScope();
            var tensors = new[] { Tensor.Full([2, 2], group.Rank), Tensor.Full([], 10.0 * group.Rank) };
            group.Broadcast(tensors, from: 2);
            return (tensors[0].ToFloats(), tensors[1].Item());
        });

        Assert.All(all, own =>
        {
            Assert.Equal([2, 2, 2, 2], own.Item1);
            Assert.Equal(20, own.Item2);
        });
    }

    [Fact]
    public void Gather_OfBytes_IsInTheOrderOfTheRanks()
    {
        var all = Ranks(3, group =>
        {
            using var scope = new TensorScope();
            return group.Gather(Tensor.FromBytes([(byte)group.Rank, 7], DType.UInt8, 2)).ToLongs();
        });

        Assert.All(all, own => Assert.Equal([0, 7, 1, 7, 2, 7], own));
    }

    [Fact]
    public void Operations_WithinAScope_LeaveNoTensors() => LiveTensors.AreNotLeftBy(() => Ranks(2, group =>
    {
        using var scope = new TensorScope();
        group.Sum([Tensor.Zeros([3])]);
        group.Broadcast([Tensor.Zeros([3])], 0);
        group.Gather(Tensor.Zeros([3]));
        return 0;
    }));

    [Fact]
    public void Abort_WhileARankWaits_WakesIt()
    {
        var watch = Stopwatch.StartNew();
        using var gone = new ManualResetEventSlim();
        var results = RanksOrErrors(2, group =>
        {
            if (group.Rank == 1)
            {
                gone.Wait();
                return 0;
            }

            using var timer = new Timer(_ => group.Abort(), null, 200, Timeout.Infinite);
            try
            {
                using var scope = new TensorScope();
                group.Sum([Tensor.Zeros([3])]);
            }
            finally
            {
                gone.Set();
            }

            return 0;
        });

        Assert.IsType<TorchException>(results[0].Error);
        Assert.Contains("given up", results[0].Error!.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_patience / 2);
    }

    [Fact]
    public void Sum_WhenARankHasLeft_FailsAtOnce()
    {
        var watch = Stopwatch.StartNew();
        var results = RanksOrErrors(2, group =>
        {
            if (group.Rank == 0)
            {
                using var scope = new TensorScope();
                group.Sum([Tensor.Zeros([3])]);
            }

            return 0;
        });

        Assert.IsType<TorchException>(results[0].Error);
        Assert.Null(results[1].Error);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_patience / 2);
    }

    [Fact]
    public void Join_WhenARankDoesNotCome_NamesIt()
    {
        var place = new Rendezvous("127.0.0.1", SideBySide.FreePort(), Serves: true);

        var error = Assert.Throws<TorchException>(() => ProcessGroup.Join(GroupBackend.Gloo, place, 0, 3, TimeSpan.FromSeconds(1)));

        Assert.Contains("rank 1, 2 of 3 did not come within 1 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Join_BackendThatIsNotThere_NamesThoseThatAre()
    {
        if (GroupBackends.Available.Contains(GroupBackend.Nccl))
        {
            return;
        }

        var place = new Rendezvous("127.0.0.1", SideBySide.FreePort(), Serves: true);

        var error = Assert.Throws<TorchException>(() => ProcessGroup.Join(GroupBackend.Nccl, place, 0, 2, TimeSpan.FromSeconds(1)));

        Assert.Contains("was built without nccl; it has gloo", error.Message, StringComparison.Ordinal);
    }

    private static T[] Ranks<T>(int size, Func<ProcessGroup, T> body)
    {
        var results = RanksOrErrors(size, body);
        Assert.All(results, r => Assert.Null(r.Error));
        return [.. results.Select(r => r.Value!)];
    }

    private static (T? Value, Exception? Error)[] RanksOrErrors<T>(int size, Func<ProcessGroup, T> body)
    {
        var port = SideBySide.FreePort();
        return SideBySide.Try(size, rank =>
        {
            using var group = ProcessGroup.Join(GroupBackend.Gloo, new Rendezvous("127.0.0.1", port, Serves: rank == 0), rank, size, s_patience);
            return body(group);
        });
    }
}
