namespace Thaw.Benchmarks.Tokens;

/// <summary>Rates of the three sides on one work with one tokenizer, in megabytes of UTF-8 a second.</summary>
/// <param name="ThawCpu">The same by the CPU time of all threads of the process: what to read on a machine that has other work.</param>
/// <param name="Agrees">All sides found the same ids.</param>
internal sealed record TokenResult(string Work, string Family, double Megabytes, double Thaw, double ThawCpu, double JavaScript, double Rust, bool Agrees);
