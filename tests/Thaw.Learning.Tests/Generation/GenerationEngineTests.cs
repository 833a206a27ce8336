using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Learning.Generation;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Generation;

public sealed class GenerationEngineTests : IDisposable
{
    // Log-probabilities of float32 computed by another order of sums, against float64 of float32 logits.
    private const double Tolerance = 1e-4;

    private static readonly int[] s_shared = TinyModels.Ids("shared", 9);
    private static readonly EngineLimits s_small = new() { MaxRows = 4, MaxCachedTokens = 60, PrefillChunk = 3 };

    private static readonly SamplingOptions s_three = SamplingOptions.Greedy with { MaxNewTokens = 3 };

    // Equal beginnings, equal prompts, one inside of another, one alone; lengths 1 to 17.
    private static readonly GenerationRequest[] s_requests =
    [
        Request([.. s_shared, 1, 2, 3], 0.0, 12),
        Request([.. s_shared, 1, 2, 3], 1.0, 12, seed: 1),
        Request([.. s_shared, 1, 2, 3], 1.0, 12, seed: 2),
        Request(s_shared, 0.7, 5, seed: 3),
        Request([.. s_shared, 1], 0.0, 20),
        Request(TinyModels.Ids("alone", 17), 1.3, 9, seed: 4),
        Request([5], 1.0, 14, seed: 5),
        Request([.. s_shared, 1, 2, 3], 0.0, 3),
    ];

    private readonly Decoder _model = TinyModels.Fresh();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Step_GreedyAndSampled_WritesWhatOneRowWithoutCacheWrites()
    {
        var rows = Run(s_requests);

        foreach (var (row, request) in rows.Zip(s_requests))
        {
            var expected = PlainTwin.Continue(_model, request.Prompt, request.Sampling);
            Assert.Equal(expected.Select(token => token.Id), row.Tokens.Select(token => token.Id));
            Assert.All(expected.Zip(row.Tokens), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, Tolerance));
        }
    }

    // A smaller cache than all rows together need; places for fewer rows; chunks that cut prompts; other orders.
    public static TheoryData<int, int, int, int> Circumstances => new()
    {
        { 1, 1000, 1000, 0 },
        { 8, 1000, 1000, 1 },
        { 8, 1000, 1, 2 },
        { 3, 1000, 4, 3 },
        { 8, 33, 2, 4 },
        { 5, 33, 1000, 5 },
        { 8, 40, 7, 6 },
    };

    [Theory]
    [MemberData(nameof(Circumstances))]
    public void Step_InOtherCompanyOrderChunksAndCache_GivesTheSameBits(int maxRows, int cached, int chunk, int order)
    {
        var expected = s_requests.Select(request => Written(Run([request])[0])).ToList();
        var places = Enumerable.Range(0, s_requests.Length).ToList();
        SplitMix64.For((ulong)order, "order").Shuffle(places);
        var limits = new EngineLimits { MaxRows = maxRows, MaxCachedTokens = cached, PrefillChunk = chunk };

        using var engine = new GenerationEngine(_model, TinyModels.SokobanTokenizer, [], limits);
        var rows = places.ConvertAll(place => engine.Add(s_requests[place]));
        RunToTheEnd(engine, limits);
        var again = places.ConvertAll(place => engine.Add(s_requests[place]));
        RunToTheEnd(engine, limits);

        Assert.Equal(places.Select(place => expected[place]), rows.Select(Written));
        Assert.Equal(places.Select(place => expected[place]), again.Select(Written));
        Assert.Equal(cached < 1000, engine.Preemptions > 0);
    }

    [Fact]
    public void Step_WithTwoThreads_GivesTheSameBits()
    {
        var one = Run(s_requests).Select(Written).ToList();
        var before = TorchRuntime.Threads;
        TorchRuntime.Threads = 2;
        try
        {
            Assert.Equal(one, Run(s_requests).Select(Written));
        }
        finally
        {
            TorchRuntime.Threads = before;
        }
    }

    [Fact]
    public void Step_SamplesOfOnePrompt_ReadItOnce()
    {
        var prompt = TinyModels.Ids("prompt", 30);
        using var engine = NewEngine(new EngineLimits());
        var rows = Enumerable.Range(0, 16).Select(seed => engine.Add(Request(prompt, 1.0, 2, seed: (ulong)seed))).ToList();

        engine.Step(default);

        Assert.Equal(30, engine.ComputedTokens);
        Assert.Equal(16, engine.GeneratedTokens);
        Assert.Equal(15 * 30, engine.CachedPromptTokens);
        Assert.Equal([0, .. Enumerable.Repeat(30, 15)], rows.Select(row => row.CachedPromptTokens));

        // Then one token for each different first token.
        engine.Step(default);
        Assert.Equal(30 + rows.Select(row => row.Tokens[0].Id).Distinct().Count(), engine.ComputedTokens);
    }

    [Fact]
    public void Step_NextTurnOfAnEpisode_ReadsOnlyWhatIsNew()
    {
        using var engine = NewEngine(new EngineLimits());
        var first = engine.Add(Request(TinyModels.Ids("turn", 20), 0.0, 6));
        RunToTheEnd(engine);
        var before = engine.ComputedTokens;
        int[] next = [.. first.Request.Prompt, .. first.Tokens.Select(token => token.Id), 7, 8, 9];

        var second = engine.Add(Request(next, 0.0, 1));
        RunToTheEnd(engine);

        // The last token of the first turn was never read.
        Assert.Equal(25, second.CachedPromptTokens);
        Assert.Equal(4, engine.ComputedTokens - before);
    }

    [Fact]
    public void Step_MorePrompts_ThanTheCacheHolds_EvictsTheOldestAndStaysWithinTheBound()
    {
        using var engine = NewEngine(s_small);
        for (var i = 0; i < 40; i++)
        {
            engine.Add(Request(TinyModels.Ids($"prompt {i}", 5 + i % 20), 1.0, 4, seed: (ulong)i));
            engine.Step(default);
            Assert.InRange(engine.CachedTokens, 0, s_small.MaxCachedTokens);
        }

        RunToTheEnd(engine, s_small);
        Assert.Equal(0, engine.CachedTokensInUse);
        var last = engine.Add(Request(TinyModels.Ids("prompt 39", 24), 1.0, 4));
        var first = engine.Add(Request(TinyModels.Ids("prompt 0", 5), 1.0, 4));
        RunToTheEnd(engine, s_small);
        Assert.Equal((24, 0), (last.CachedPromptTokens, first.CachedPromptTokens));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Cancel_AtAnyToken_FreesItsSlotsAndLeavesTheOthersAsTheyAre(int steps)
    {
        var alone = Written(Run([s_requests[4]])[0]);
        using var engine = NewEngine(new EngineLimits { PrefillChunk = 4 });
        var cancelled = s_requests.Take(4).Select(engine.Add).ToList();
        var kept = engine.Add(s_requests[4]);
        for (var step = 0; step < steps; step++)
        {
            engine.Step(default);
        }

        cancelled.ForEach(row => row.Cancel());
        engine.Step(default);
        Assert.Equal((0, 1), (engine.Queued, engine.Running));
        Assert.Equal(kept.Request.Prompt.Length + Math.Max(0, kept.Tokens.Count - 1), engine.CachedTokensInUse);
        RunToTheEnd(engine);

        Assert.All(cancelled.Where(row => row.Finish is null), row => Assert.True(row is { IsCancelled: true, IsOpen: false }));
        Assert.Equal(alone, Written(kept));
        Assert.Equal(0, engine.CachedTokensInUse);
    }

    [Fact]
    public void Step_ALongPrompt_DoesNotHoldUpRunningRows()
    {
        using var engine = NewEngine(new EngineLimits { PrefillChunk = 4 });
        var running = engine.Add(Request([1, 2], 0.0, 30));
        engine.Step(default);
        var late = engine.Add(Request(TinyModels.Ids("long", 20), 0.0, 30));

        for (var step = 1; step <= 4; step++)
        {
            engine.Step(default);
            Assert.Equal((1 + step, 0), (running.Tokens.Count, late.Tokens.Count));
        }

        engine.Step(default);
        Assert.Single(late.Tokens);
    }

    [Fact]
    public void Step_ARowEnds_ItsPlaceIsTakenInTheNextStep()
    {
        using var engine = NewEngine(new EngineLimits { MaxRows = 2 });
        engine.Add(Request([1], 0.0, 1));
        engine.Add(Request([2], 0.0, 3));
        var third = engine.Add(Request([3], 0.0, 1));

        engine.Step(default);
        Assert.Equal((1, 1), (engine.Running, engine.Queued));
        engine.Step(default);
        Assert.Equal(FinishReason.Length, third.Finish);
    }

    [Fact]
    public void Step_StopTokensAndStrings_EndARowUnlessItIgnoresThem()
    {
        var free = Run([Request(s_shared, 0.0, 8)])[0];
        var (third, place) = (free.Tokens[2].Id, free.Tokens.Select(token => token.Id).TakeWhile(id => id != free.Tokens[2].Id).Count());
        using var engine = new GenerationEngine(_model, TinyModels.SokobanTokenizer, [third], new EngineLimits());
        var request = Request(s_shared, 0.0, 8);
        var stopped = engine.Add(request);
        var ignoring = engine.Add(request with { IgnoreEos = true });
        var own = engine.Add(request with { IgnoreEos = true, StopIds = [third] });
        var text = engine.Add(request with { IgnoreEos = true, StopStrings = [TinyModels.SokobanTokenizer.TokenText(third)] });
        RunToTheEnd(engine);

        Assert.Equal((FinishReason.Stop, place, third), (stopped.Finish!.Value, stopped.Tokens.Count, stopped.StopToken!.Value.Id));
        Assert.Equal(free.Tokens[place].LogProbability, stopped.StopToken.Value.LogProbability);
        Assert.Equal((FinishReason.Length, 8, null), (ignoring.Finish!.Value, ignoring.Tokens.Count, ignoring.StopToken));
        Assert.Equal(Written(stopped), Written(own));
        Assert.Equal((FinishReason.Stop, place + 1, null), (text.Finish!.Value, text.Tokens.Count, text.StopToken));
        Assert.All((GenerationRow[])[stopped, own, text], row => Assert.Equal(TinyModels.SokobanTokenizer.Decode(free.Tokens.Take(place).Select(token => token.Id)), row.Text));
    }

    [Fact]
    public void Step_AProcessorThatFails_LeavesAnEngineThatGoesOn()
    {
        var alone = Written(Run([s_requests[0]])[0]);
        using var engine = NewEngine(new EngineLimits());
        var failing = engine.Add(s_requests[1] with { Processors = [new Fails()] });
        var other = engine.Add(s_requests[0]);
        Assert.Throws<NotSupportedException>(() => engine.Step(default));
        failing.Cancel();
        RunToTheEnd(engine);

        Assert.Equal(alone, Written(other));
    }

    [Fact]
    public void Step_NothingToDo_SaysSo()
    {
        using var engine = NewEngine(new EngineLimits());
        Assert.False(engine.Step(default));
        engine.Add(Request([1], 0.0, 1));
        Assert.True(engine.Step(default));
        Assert.False(engine.Step(default));
    }

    [Fact]
    public void Step_WeightsChangedInPlace_UsesNothingOfTheOldOnes()
    {
        using var engine = NewEngine(new EngineLimits());
        var interrupted = engine.Add(Request(s_shared, 0.0, 8));
        engine.Step(default);
        using (new NoGradScope())
        using (new TensorScope())
        {
            foreach (var parameter in _model.Parameters)
            {
                parameter.Value.CopyFrom(parameter.Value * 1.1);
            }
        }

        RunToTheEnd(engine);
        var after = engine.Add(Request(s_shared, 0.0, 8));
        RunToTheEnd(engine);

        Assert.Equal(PlainTwin.Continue(_model, s_shared, Request(s_shared, 0.0, 8).Sampling).Select(token => token.Id), after.Tokens.Select(token => token.Id));
        int[] withFirst = [.. s_shared, interrupted.Tokens[0].Id];
        Assert.Equal(PlainTwin.Continue(_model, withFirst, Request(withFirst, 0.0, 7).Sampling).Select(token => token.Id), interrupted.Tokens.Skip(1).Select(token => token.Id));
    }

    [Fact]
    public void Step_InBFloat16_StaysNearFloat32AndKeepsTheSameBitsInCompany()
    {
        var wide = Run([s_requests[5]])[0].Tokens[0].LogProbability;
        _model.ComputeType = DType.BFloat16;
        var alone = s_requests.Select(request => Written(Run([request])[0])).ToList();

        Assert.Equal(alone, Run(s_requests).Select(Written));

        // Eight bits of mantissa through two layers.
        var narrow = Run([s_requests[5] with { TopLogProbabilities = TinyModels.Vocabulary }])[0].Tokens[0].Top;
        Assert.InRange(narrow.Min(token => Math.Abs(token.LogProbability - wide)), 0, 0.05);
        Assert.DoesNotContain(narrow, token => token.LogProbability == wide);
    }

    [Fact]
    public void Step_Again_LeavesNoTensorsBehind()
    {
        using var engine = NewEngine(s_small);
        engine.Add(Request(TinyModels.Ids("first", 20), 0.0, 6));
        RunToTheEnd(engine, s_small);

        LiveTensors.AreNotLeftBy(() =>
        {
            engine.Add(Request(TinyModels.Ids("second", 20), 1.0, 6));
            engine.Add(Request(TinyModels.Ids("second", 21), 1.0, 6)).Cancel();
            RunToTheEnd(engine, s_small);
            engine.ForgetPrefixes();
        });
        LiveTensors.AreNotLeftBy(() => Run(s_requests));
    }

    public static TheoryData<int[], SamplingOptions, string> Senseless => new()
    {
        { [], s_three, "no tokens" },
        { [1, 40], s_three, "token 40, but the model knows 0 to 39" },
        { [-1], s_three, "token -1" },
        { [1], s_three with { MaxNewTokens = 64 }, "do not fit into the model's 64 positions" },
        { [1], s_three with { MaxNewTokens = 61 }, "do not fit into a cache of 60 tokens" },
        { [1], s_three with { MaxNewTokens = 0 }, "max_new_tokens: must be at least 1, not 0" },
        { [1], s_three with { Temperature = double.NaN }, "temperature" },
        { [1], s_three with { TopP = 0 }, "top_p" },
        { [1], s_three with { LogitBias = new Dictionary<int, double> { [99] = 1 } }, "logit_bias has a token 99" },
        { [1], s_three with { StopStrings = [""] }, "stop" },
    };

    [Theory]
    [MemberData(nameof(Senseless))]
    public void Add_WhatCanNeverBeAnswered_SaysWhy(int[] prompt, SamplingOptions options, string clue)
    {
        using var engine = NewEngine(s_small);
        var error = Assert.Throws<ArgumentException>(() => engine.Add(new GenerationRequest(prompt, options)));
        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, engine.Queued);
    }

    [Fact]
    public void Add_ARowThatFillsTheCacheToTheLastSlot_Ends()
    {
        using var engine = NewEngine(s_small);
        var rows = Enumerable.Range(0, 3).Select(i => engine.Add(Request(TinyModels.Ids($"full {i}", 20), 1.0, 41, seed: (ulong)i))).ToList();
        RunToTheEnd(engine, s_small);

        Assert.All(rows, row => Assert.Equal(41, row.Tokens.Count));
    }

    private sealed class Fails : ILogitProcessor
    {
        public void Apply(ReadOnlySpan<int> prompt, ReadOnlySpan<int> completion, Span<float> logits) => throw new NotSupportedException();
    }

    private static GenerationRequest Request(int[] prompt, double temperature, int newTokens, ulong seed = 0) =>
        new(prompt, new SamplingOptions { Temperature = temperature, MaxNewTokens = newTokens, Seed = seed }) { LogProbabilities = true };

    private static (string Ids, string LogProbabilities) Written(GenerationRow row) => (
        string.Join(' ', row.Tokens.Select(token => token.Id)),
        string.Join(' ', row.Tokens.Select(token => BitConverter.SingleToInt32Bits(token.LogProbability))));

    private GenerationEngine NewEngine(EngineLimits limits) => new(_model, TinyModels.SokobanTokenizer, [], limits);

    private List<GenerationRow> Run(IEnumerable<GenerationRequest> requests)
    {
        using var engine = NewEngine(new EngineLimits());
        var rows = requests.Select(engine.Add).ToList();
        RunToTheEnd(engine);
        return rows;
    }

    // Far more steps than any of these rows needs, even one after the other: a deadlock fails instead of hanging.
    private static void RunToTheEnd(GenerationEngine engine, EngineLimits? limits = null)
    {
        var steps = 0;
        while (engine.Step(default))
        {
            Assert.InRange(engine.Running, 0, limits?.MaxRows ?? int.MaxValue);
            Assert.InRange(engine.CachedTokens, 0, limits?.MaxCachedTokens ?? int.MaxValue);
            Assert.InRange(steps++, 0, 5000);
        }

        Assert.Equal(0, engine.Queued);
    }
}
