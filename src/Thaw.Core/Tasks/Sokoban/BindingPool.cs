using Thaw.Core.Text;
using Thaw.Core.Words;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>What the bindings of diverse demonstrations are drawn from, by name.</summary>
/// <param name="HasWordings">Each binding also has one of the wordings that training may see, the paper's among them.</param>
internal sealed record BindingPool(string Name, Lexicon Lexicon, bool HasWordings)
{
    public static IReadOnlyList<BindingPool> All { get; } =
    [
        new("thaw", LexiconCatalog.Thaw, HasWordings: false),
        new("wide", LexiconCatalog.Wide, HasWordings: false),
        new("paper", LexiconCatalog.Paper, HasWordings: false),
        new("paraphrased", LexiconCatalog.Thaw, HasWordings: true),
        new("everything", LexiconCatalog.Wide, HasWordings: true),
    ];

    /// <summary>Null is the first.</summary>
    /// <exception cref="ArgumentException">No pool has that name; the message gives the nearest one.</exception>
    public static BindingPool Find(string? name) => name is null ? All[0] : All.FirstOrDefault(pool => pool.Name == name)
        ?? throw new ArgumentException(NearestName.Describe("pool of bindings", name, All.Select(pool => pool.Name)));
}
