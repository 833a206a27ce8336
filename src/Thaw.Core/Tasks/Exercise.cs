namespace Thaw.Core.Tasks;

/// <summary>An instance to be played any number of times, always from its start and under the same binding.</summary>
/// <param name="InstanceId">See <see cref="IInstance.Id"/>.</param>
/// <param name="Begin">Opens a new episode.</param>
public sealed record Exercise(string InstanceId, Func<IEpisode> Begin);
