using Thaw.Learning.Distribution;

namespace Thaw.Learning.Tests.Distribution;

public sealed class RankEnvironmentTests
{
    private static readonly Dictionary<string, string> s_good = new()
    {
        ["RANK"] = "3",
        ["WORLD_SIZE"] = "4",
        ["LOCAL_RANK"] = "1",
        ["MASTER_ADDR"] = "node-0",
        ["MASTER_PORT"] = "29500",
    };

    [Fact]
    public void ReadOrNull_WhatTorchrunSets_IsRead() =>
        Assert.Equal(new RankEnvironment(3, 4, 1, "node-0", 29500), RankEnvironment.ReadOrNull(s_good.GetValueOrDefault));

    [Fact]
    public void ReadOrNull_UnderTorchrunsAgent_FindsItsStoreAndAttempt()
    {
        var variables = new Dictionary<string, string>(s_good) { ["TORCHELASTIC_USE_AGENT_STORE"] = "True", ["TORCHELASTIC_RESTART_COUNT"] = "2" };

        Assert.Equal(new RankEnvironment(3, 4, 1, "node-0", 29500, AgentServes: true, Attempt: 2), RankEnvironment.ReadOrNull(variables.GetValueOrDefault));
    }

    [Fact]
    public void ReadOrNull_Alone_IsNull()
    {
        Assert.Null(RankEnvironment.ReadOrNull(_ => null));
        Assert.Null(RankEnvironment.ReadOrNull(new Dictionary<string, string> { ["MASTER_PORT"] = "x" }.GetValueOrDefault));
        Assert.Null(RankEnvironment.ReadOrNull(new Dictionary<string, string> { ["RANK"] = "0", ["WORLD_SIZE"] = "1" }.GetValueOrDefault));
    }

    [Theory]
    [InlineData("RANK", null, "RANK is not set, but WORLD_SIZE is: a job of several processes needs RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT; torchrun and thaw launch set them.")]
    [InlineData("WORLD_SIZE", null, "WORLD_SIZE is not set, but RANK is: ")]
    [InlineData("LOCAL_RANK", "", "LOCAL_RANK is not set, but RANK is: ")]
    [InlineData("MASTER_ADDR", null, "MASTER_ADDR is not set, but RANK is: ")]
    [InlineData("MASTER_PORT", null, "MASTER_PORT is not set, but RANK is: ")]
    [InlineData("RANK", "4", "RANK is '4'; a number from 0 to WORLD_SIZE - 1 = 3 is expected.")]
    [InlineData("RANK", "-1", "RANK is '-1'; ")]
    [InlineData("WORLD_SIZE", "0", "WORLD_SIZE is '0'; a positive number is expected.")]
    [InlineData("WORLD_SIZE", "two", "WORLD_SIZE is 'two'; ")]
    [InlineData("LOCAL_RANK", "1.5", "LOCAL_RANK is '1.5'; a number from 0 is expected.")]
    [InlineData("MASTER_PORT", "65536", "MASTER_PORT is '65536'; a port from 1 to 65535 is expected.")]
    public void ReadOrNull_MissingOrBad_NamesTheVariableInOneLine(string name, string? value, string message)
    {
        var variables = new Dictionary<string, string?>(s_good!) { [name] = value };

        var error = Assert.Throws<ArgumentException>(() => RankEnvironment.ReadOrNull(variables.GetValueOrDefault));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Variables_OfARank_AreReadBackAsItself()
    {
        var rank = new RankEnvironment(1, 2, 1, "127.0.0.1", 1234);

        Assert.Equal(rank, RankEnvironment.ReadOrNull(rank.Variables().ToDictionary().GetValueOrDefault));
    }
}
