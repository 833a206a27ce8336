using System.Diagnostics;

namespace Thaw.Cli.Tests.Scripts;

/// <summary>The shell functions of scripts/setup.sh, called one by one in a small repository of their own.</summary>
public sealed class SetupScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SetupScriptTests()
    {
        foreach (var file in new[] { "src/Cli/a.cs", "src/Cli/bin/made.dll", "Directory.Build.props", "Directory.Packages.props", "global.json" })
        {
            _folder.Write(file, "1");
        }

        Directory.CreateDirectory(Path.Combine(_folder.Path, ".setup"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("true", true)]
    [InlineData("touch src/Cli/a.cs", true)]
    [InlineData("echo 2 > src/Cli/bin/made.dll", true)]
    [InlineData("echo 2 > src/Cli/a.cs", false)]
    [InlineData("echo 1 > src/b.cs", false)]
    [InlineData("rm src/Cli/a.cs", false)]
    [InlineData("mv src/Cli/a.cs src/Cli/b.cs", false)]
    [InlineData("echo 2 > Directory.Build.props", false)]
    public void IsCurrent_AfterAChange_OnlySourcesCount(string change, bool isCurrent)
    {
        var answer = Bash($"write_stamp program $(program_stamp); cd $root; {change}; is_current program $(program_stamp) && echo True || echo False");

        Assert.Equal(isCurrent.ToString(), answer);
    }

    [Theory]
    [InlineData("program", "a.cs| made.so| bridge.stamp")]
    [InlineData("solution", "a.cs| made.so| bridge.stamp")]
    [InlineData("bridge", "a.cs bin| | program.stamp")]
    public void DiscardInterruptedBuild_KilledBuild_RemovesItsOutputAndStampOnly(string build, string left)
    {
        _folder.Write("native/build/made.so", "1");

        var answer = Bash($"write_stamp program x; write_stamp bridge x; begin_build {build}; discard_interrupted_build 2>/dev/null; echo $(ls $root/src/Cli)'|' $(ls $root/native/build 2>/dev/null)'|' $(ls $state)");

        Assert.Equal(left, answer);
    }

    [Fact]
    public void DiscardInterruptedBuild_FinishedBuild_KeepsEverything()
    {
        var answer = Bash("begin_build program; end_build; write_stamp program x; discard_interrupted_build; echo $(ls $root/src/Cli)'|' $(ls $state)");

        Assert.Equal("a.cs bin| program.stamp", answer);
    }

    [Fact]
    public void BeginBuild_Always_MakesTheStampInvalid()
    {
        Assert.Equal("building", Bash("write_stamp program x; begin_build program; ls $state"));
    }

    [Fact]
    public void Setup_LibtorchFolderWithoutHeaders_SaysSo()
    {
        Assert.Equal("thaw: LIBTORCH is '/no/such', which has no include/ folder; name an unpacked libtorch or the torch folder of a PyTorch.", Bash("LIBTORCH=/no/such; setup program 2>&1"));
    }

    [Theory]
    [InlineData("true", "lib/libtorch_cuda.so", "torch")]
    [InlineData("true", "lib/libtorch_cpu.so", "")]
    [InlineData("false", "lib/libtorch_cuda.so", "")]
    [InlineData("true; LIBTORCH=/named", "lib/libtorch_cuda.so", "/named")]
    [InlineData("true; LIBTORCH=system", "lib/libtorch_cuda.so", "")]
    [InlineData("true; PYTHON=/no/such", "lib/libtorch_cuda.so", "")]
    public void FindLibtorch_APyTorchWithCuda_IsTakenWhereThereIsAGpuAndNothingIsNamed(string gpu, string library, string found)
    {
        _folder.Write("torch/__init__.py", "raise SystemExit('loaded')");
        _folder.Write("torch/include/x.h", "");
        _folder.Write("torch/" + library, "");

        var answer = Bash($"LIBTORCH=; export PYTHONPATH=$root; has_gpu() {{ {gpu.Split(';')[0]}; }}; {string.Join(';', gpu.Split(';').Skip(1).Append(":"))}; find_libtorch; echo \"${{LIBTORCH/$root\\//}}\"");

        Assert.Equal(found, answer);
    }

    [Fact]
    public void CpuSettings_ValuesOfTheUser_AreKept()
    {
        Assert.Equal("3 Haswell", Bash("export OMP_NUM_THREADS=3 OPENBLAS_CORETYPE=Haswell; cpu_settings; echo $OMP_NUM_THREADS $OPENBLAS_CORETYPE"));
    }

    [Fact]
    public void PhysicalCores_OneProcessorAllowed_IsOne()
    {
        Assert.Equal("1", Bash("taskset -p -c $(awk '/^Cpus_allowed_list/ { split($2, a, /[-,]/); print a[1] }' /proc/self/status) $$ >/dev/null; physical_cores"));
    }

    [Theory]
    [InlineData("thaw")]
    [InlineData("test")]
    [InlineData(".ci/run")]
    [InlineData("benchmarks/run")]
    [InlineData("scripts/setup.sh")]
    public void Script_Always_Parses(string script)
    {
        Assert.Equal("", Run("-n", Path.Combine(Repository.Root, script)));
    }

    private string Bash(string commands) =>
        Run("-c", $"set -euo pipefail; root='{_folder.Path}'; source '{Repository.Root}/scripts/setup.sh'; {commands}");

    private static string Run(params string[] arguments)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = bash.StandardError.ReadToEndAsync();
        var output = bash.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        bash.WaitForExit();
        return output.Trim().ReplaceLineEndings(" ");
    }
}
