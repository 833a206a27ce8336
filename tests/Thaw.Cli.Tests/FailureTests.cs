using System.Text.Json;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Cli.Tests;

public sealed class FailureTests
{
    public static TheoryData<Exception, int, string> Expected => new()
    {
        { new UsageException("unknown split 'x'"), ExitCode.Usage, "unknown split 'x'" },
        { new InvalidDataException("a.jsonl:3: no prompt."), ExitCode.Failed, "a.jsonl:3: no prompt." },
        { new FormatException("bad text"), ExitCode.Failed, "bad text" },
        { new JsonException("bad JSON"), ExitCode.Failed, "bad JSON" },
        { new UnauthorizedAccessException("Access to the path '/x' is denied."), ExitCode.Failed, "Access to the path '/x' is denied." },
        { new ArgumentException("Only even widths.", "width"), ExitCode.Failed, "Only even widths." },
        { new TorchException("mat1 and mat2\n  do not fit"), ExitCode.Failed, "mat1 and mat2 do not fit" },
        { new Stopped(), ExitCode.Failed, "Step 3: the loss is not finite." },
        { new OperationCanceledException(), ExitCode.Interrupted, "interrupted; run the same command again to go on" },
        { new AggregateException(new FormatException("inner")), ExitCode.Failed, "inner" },
        { new IOException("No space left on device : '/out/a'", 28), ExitCode.Failed, "the disk is full: No space left on device : '/out/a'" },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void Of_ExpectedException_IsOneLine(Exception error, int code, string line)
    {
        Assert.Equal(new Failure(code, line, IsExpected: true), Failure.Of(error));
    }

    [Fact]
    public void Of_UnknownException_SaysThatItIsABug()
    {
        var failure = Failure.Of(new InvalidOperationException("impossible"));

        Assert.False(failure.IsExpected);
        Assert.Equal(ExitCode.Failed, failure.ExitCode);
        Assert.StartsWith("impossible (this is a bug: InvalidOperationException", failure.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_WriteToAFullDevice_SaysThatTheDiskIsFull()
    {
        // /dev/full fails every write with ENOSPC, so this pins how .NET reports it.
        var error = Assert.ThrowsAny<IOException>(() => File.WriteAllText("/dev/full", "x"));

        Assert.StartsWith("the disk is full: ", Failure.Of(error).Line, StringComparison.Ordinal);
        Assert.Contains("/dev/full", Failure.Of(error).Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_MessageThatQuotesAMegabyte_KeepsPlaceAndCause()
    {
        var line = Failure.Of(new InvalidDataException($"m.safetensors: tensor 'a': dtype '{new string('x', 1_000_000)}' is not supported.")).Line;

        Assert.StartsWith("m.safetensors: tensor 'a': dtype 'xx", line, StringComparison.Ordinal);
        Assert.EndsWith("x' is not supported.", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 100, 2100);
    }

    private sealed class Stopped() : TrainingStoppedException("Step 3: the loss is not finite.");
}
