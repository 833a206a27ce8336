using System.Diagnostics;
using Thaw.Learning.Distribution;

namespace Thaw.Learning.Tests.Distribution;

public sealed class RanksTests
{
    [Fact]
    public void Gather_OfTexts_IsInTheOrderOfTheRanks()
    {
        string[] texts = ["", "größer", "a\nb"];

        Assert.All(RankThreads.Run(3, ranks => ranks.Gather(texts[ranks.Number])), own => Assert.Equal(texts, own));
    }

    [Fact]
    public void Any_OnOneRank_IsTrueOnAll()
    {
        Assert.Equal([true, true, true], RankThreads.Run(3, ranks => ranks.Any(ranks.Number == 2)));
        Assert.Equal([false, false], RankThreads.Run(2, ranks => ranks.Any(false)));
    }

    [Fact]
    public void Together_CancelledOnOneRank_IsCancelledOnAll()
    {
        var errors = RankThreads.Errors(2, ranks =>
        {
            using var cancellation = new CancellationTokenSource();
            ranks.Together(token =>
            {
                if (ranks.Number == 1)
                {
                    cancellation.Cancel();
                    token.ThrowIfCancellationRequested();
                }
            }, cancellation.Token);
        });

        Assert.All(errors, error => Assert.IsType<OperationCanceledException>(error));
    }

    [Fact]
    public void OnFirst_WorksOnRankZeroAlone_AndTheOthersWait()
    {
        var done = 0;

        var seen = RankThreads.Run(3, ranks =>
        {
            ranks.OnFirst(_ =>
            {
                Thread.Sleep(100);
                Interlocked.Increment(ref done);
            }, CancellationToken.None);
            return done;
        });

        Assert.Equal([1, 1, 1], seen);
    }

    [Fact]
    public void RequireSame_OnADifferentRank_NamesRankAndLine()
    {
        var errors = RankThreads.Errors(3, ranks => ranks.RequireSame("configuration", $"seed: 1\nlearning_rate: {(ranks.Number == 2 ? "0.1" : "0.2")}\n"));

        Assert.All(errors, error => Assert.Equal(
            "Rank 2 has another configuration than rank 0: 'learning_rate: 0.1' there, 'learning_rate: 0.2' on rank 0.", Assert.IsType<InvalidDataException>(error).Message));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Gather_WhenARankFailed_NamesItOnAllOthersAtOnce(int failing)
    {
        var watch = Stopwatch.StartNew();
        var errors = RankThreads.Errors(3, ranks =>
        {
            if (ranks.Number == failing)
            {
                throw new InvalidDataException("its own");
            }

            ranks.Gather(1);
        });

        Assert.IsType<InvalidDataException>(errors[failing]);
        Assert.All(errors.Where((_, rank) => rank != failing), error =>
            Assert.StartsWith($"Rank {failing} stopped with an error", Assert.IsType<RankLostException>(error).Message, StringComparison.Ordinal));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void Together_WhenARankFailsMeanwhile_EndsTheWorkOfTheOthers()
    {
        var watch = Stopwatch.StartNew();
        var errors = RankThreads.Errors(2, ranks => ranks.Together(token =>
        {
            if (ranks.Number == 1)
            {
                throw new InvalidDataException("its own");
            }

            token.WaitHandle.WaitOne(TimeSpan.FromSeconds(30));
            token.ThrowIfCancellationRequested();
        }, CancellationToken.None));

        Assert.IsType<RankLostException>(errors[0]);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void Quit_WhenARankIsLostWhileThisOneComputes_IsCalledWithTheReason()
    {
        var reasons = new List<string>();
        using var quit = new ManualResetEventSlim();

        RankThreads.Errors(2, ranks =>
        {
            if (ranks.Number == 1)
            {
                throw new InvalidDataException("its own");
            }

            // Computes: neither collective nor cancellation.
            quit.Wait(TimeSpan.FromSeconds(20));
        }, reason =>
        {
            reasons.Add(reason);
            quit.Set();
        });

        Assert.StartsWith("Rank 1 stopped", Assert.Single(reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Alone_NothingIsDone()
    {
        Assert.Equal((0, 1, true), (Ranks.Alone.Number, Ranks.Alone.Count, Ranks.Alone.IsFirst));
        Assert.Equal([5], Ranks.Alone.Gather(5));
        Ranks.Alone.RequireSame("model", "x");
        Ranks.Alone.Complete();
        Ranks.Alone.Dispose();
        Assert.False(Ranks.Alone.Any(false));
    }
}
