namespace Thaw.Core.Progress;

/// <summary>What a display of progress may add to <see cref="IProgress{T}"/>: lines that stay.</summary>
public interface IRemarks
{
    /// <summary>A line that stays, above whatever moves.</summary>
    void Say(string line);
}
