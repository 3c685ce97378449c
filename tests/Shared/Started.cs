using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace SocketLab.Tests.Shared;

/// <summary>A program started by a test: its output as it comes, its exit code, signals; killed at the end if it is still there.</summary>
internal sealed partial class Started : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;

    private Started(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _error));
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The socketlab program built with these tests.</summary>
    public static Started Lab(params string[] arguments) =>
        Run(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "socketlab.exe" : "socketlab"), arguments);

    public static Started Run(string program, params string[] arguments) => Run(program, arguments, environment: null);

    public static Started Run(string program, string[] arguments, Dictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }
        return new Started(Process.Start(start)!);
    }

    /// <summary>Waits for a line of output that begins so; gives the whole line.</summary>
    public async Task<string> LineAsync(string beginning)
    {
        string? line = null;
        await Wait.UntilAsync(() => (line = Output.Split('\n')[..^1].FirstOrDefault(one => one.StartsWith(beginning, StringComparison.Ordinal))) is not null || _process.HasExited && _reading.IsCompleted,
            $"a line that begins with {beginning}; so far: {Output}{Error}");
        Assert.True(line is not null, $"it ended without a line that begins with {beginning}: {Output}{Error}");
        return line!;
    }

    /// <summary>Waits for READY; gives the port at its end.</summary>
    public async Task<int> PortAsync() => int.Parse((await LineAsync("READY ")).Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Waits until its narration has told of so many ZeroMQ peers that are ready.</summary>
    public Task HandshakesAsync(int count) => Wait.UntilAsync(() => Error.Split("handshake ").Length > count, $"{count} handshakes; so far: {Error}");

    public async Task WriteAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    public void EndInput() => _process.StandardInput.Close();

    public void Interrupt() => Signal(2);

    public void Terminate() => Signal(15);

    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    /// <summary>Waits for the end; gives the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Wait.Deadline);
            await _reading.WaitAsync(Wait.Deadline);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"it did not end; so far: {Output}{Error}");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder into)
    {
        var buffer = new char[4096];
        for (int got; (got = await from.ReadAsync(buffer)) > 0;)
        {
            lock (into)
            {
                into.Append(buffer, 0, got);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
