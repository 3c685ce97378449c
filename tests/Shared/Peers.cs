using System.Diagnostics;

namespace SocketLab.Tests.Shared;

/// <summary>Foreign programs that tests talk to. Where one is absent the test is skipped, or fails if SOCKETLAB_REQUIRE_PEERS=1.</summary>
internal static class Peers
{
    private static readonly Lazy<bool> PythonHasZmq = new(() => Succeeds("/usr/bin/python3", "-c", "import zmq"));

    /// <summary>Debian's python3: the one that has python3-zmq.</summary>
    public const string Python = "/usr/bin/python3";

    public static void NeedPython() => Need(File.Exists(Python), "/usr/bin/python3 is not there");

    public static void NeedPyzmq() => Need(File.Exists(Python) && PythonHasZmq.Value, "python3-zmq is not installed");

    /// <summary>A program on the PATH: its path.</summary>
    public static string Need(string program)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Need(path is not null, $"{program} is not installed");
        return path!;
    }

    public static void Need(bool there, string whyNot)
    {
        if (!there && Environment.GetEnvironmentVariable("SOCKETLAB_REQUIRE_PEERS") == "1")
        {
            Assert.Fail($"SOCKETLAB_REQUIRE_PEERS=1, and {whyNot}");
        }
        Assert.SkipUnless(there, whyNot);
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
