namespace Thaw.Core.Progress;

/// <summary>How far a long piece of work has come; library code reports it to an <see cref="IProgress{T}"/>.</summary>
/// <remarks>Cheap to report at every step: whoever displays it decides how often.</remarks>
/// <param name="Phase">What is being done, as a person reads it: <c>frozen-answer: training</c>. A new phase starts a new bar.</param>
/// <param name="Total">In the same unit as <paramref name="Done"/>; 0 where it is not known.</param>
/// <param name="Note">What else is worth seeing: <c>loss 0.43, success id 0.90</c>.</param>
/// <param name="Remaining">Null lets the display estimate it from the pace of this phase.</param>
public readonly record struct WorkProgress(string Phase, long Done, long Total, string Note = "", TimeSpan? Remaining = null);
