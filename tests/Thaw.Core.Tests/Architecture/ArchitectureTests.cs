using System.Reflection;
using System.Xml.Linq;
using Thaw.Core.Tasks;

namespace Thaw.Core.Tests.Architecture;

public class ArchitectureTests
{
    private static readonly Assembly s_core = typeof(ITask).Assembly;
    private static readonly string[] s_emptyWords = ["Helper", "Helpers", "Util", "Utils", "Common", "Manager", "Base"];

    [Fact]
    public void Core_References_AreOfTheFrameworkAlone() =>
        Assert.All(s_core.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));

    [Fact]
    public void Core_TypeNames_SayWhatTheyAre() => Assert.DoesNotContain(
        s_core.GetTypes().Select(type => type.Name),
        name => s_emptyWords.Any(word => name.EndsWith(word, StringComparison.Ordinal)));

    [Fact]
    public void Core_PublicTypes_HaveASummary()
    {
        var documented = XDocument.Load(Path.ChangeExtension(s_core.Location, ".xml")).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .Select(member => member.Attribute("name")!.Value)
            .ToHashSet();

        Assert.All(
            s_core.GetExportedTypes().Where(type => !type.IsEnum),
            type => Assert.Contains($"T:{type.FullName!.Replace('+', '.')}", documented));
    }
}
