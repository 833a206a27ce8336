using Thaw.Core.Text;

namespace Thaw.Core.Tests.Text;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("id", "fake", 4)]
    public void Distance_TwoWords_CountsEdits(string a, string b, int distance)
    {
        Assert.Equal(distance, NearestName.Distance(a, b));
        Assert.Equal(distance, NearestName.Distance(b, a));
    }

    [Theory]
    [InlineData("numercal", "numerical")]
    [InlineData("HELD_OUT", "held-out")]
    [InlineData("x", "id")]
    public void FindOrNull_MisspeltName_GivesTheNearest(string name, string nearest)
    {
        Assert.Equal(nearest, NearestName.FindOrNull(name, ["id", "numerical", "held-out", "fake"]));
    }

    [Fact]
    public void FindOrNull_NothingKnown_IsNull()
    {
        Assert.Null(NearestName.FindOrNull("x", []));
    }
}
