using Thaw.Core.Tasks;

namespace Thaw.Core.Audit;

/// <summary>What occurs in one dataset, and how often.</summary>
internal sealed class DatasetTally
{
    private readonly Dictionary<OverlapKind, KeyCounts> _kinds = Enum.GetValues<OverlapKind>().ToDictionary(kind => kind, _ => new KeyCounts());
    private readonly SortedDictionary<(string Task, string Family), (KeyCounts Instances, int Extent)> _families = [];

    /// <summary>Lines of the file.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows in which no task recognised an instance.</summary>
    public long Unread { get; private set; }

    /// <summary>Canonical instances by task and family, with the greatest extent of each.</summary>
    public IReadOnlyDictionary<(string Task, string Family), (KeyCounts Instances, int Extent)> Families => _families;

    public KeyCounts this[OverlapKind kind] => _kinds[kind];

    public void Add(AuditedRow row)
    {
        Rows++;
        if (row.Prompt is { } prompt)
        {
            _kinds[OverlapKind.Prompt].Add(prompt);
        }

        if (row is { Task: { } task, Facts: { } facts })
        {
            Add(task, facts);
        }
        else
        {
            Unread++;
        }
    }

    private void Add(string task, PromptFacts facts)
    {
        _kinds[OverlapKind.Instance].Add($"{task}: {facts.Instance}");
        _kinds[OverlapKind.Canonical].Add($"{task}: {facts.Canonical}");
        if (facts.Mapping is { } mapping)
        {
            _kinds[OverlapKind.Mapping].Add($"{task}: {mapping}");
        }

        foreach (var word in facts.Words)
        {
            _kinds[OverlapKind.Word].Add($"{task}: {word}");
        }

        var (instances, extent) = _families.GetValueOrDefault((task, facts.Family), (new KeyCounts(), 0));
        instances.Add(facts.Canonical);
        _families[(task, facts.Family)] = (instances, Math.Max(extent, facts.Extent));
    }
}
