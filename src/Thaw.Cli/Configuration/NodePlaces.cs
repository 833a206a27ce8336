using YamlDotNet.RepresentationModel;

namespace Thaw.Cli.Configuration;

/// <summary>Where a value was written: <c>study.yaml:7</c> or <c>--learning_rate</c>.</summary>
internal sealed class NodePlaces(string? file)
{
    // By identity: YAML nodes are equal when their values are.
    private readonly Dictionary<YamlNode, string> _overrides = new(ReferenceEqualityComparer.Instance);

    /// <summary>With all that lies in it.</summary>
    public void Override(YamlNode node, string key)
    {
        foreach (var part in node.AllNodes)
        {
            _overrides[part] = key;
        }
    }

    public string Of(YamlNode node) =>
        _overrides.TryGetValue(node, out var key) ? $"--{key}" : file is null ? "command line" : $"{file}:{node.Start.Line}";

    public bool IsOverride(YamlNode node) => _overrides.ContainsKey(node);
}
