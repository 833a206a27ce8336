namespace Thaw.Torch.Distributed;

/// <summary>Where the ranks of a group find each other.</summary>
/// <param name="Host">Of the process that serves the store.</param>
/// <param name="Serves">Whether this process is the one; false for all where somebody else, such as torchrun's agent, serves it.</param>
/// <param name="Prefix">Keeps the keys of different groups in one store apart.</param>
public sealed record Rendezvous(string Host, int Port, bool Serves, string Prefix = "thaw");
