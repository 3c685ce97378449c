using System.Runtime.InteropServices;
using SocketLab.Cli;

namespace SocketLab.Explain;

/// <summary>Holds a program still until Enter; after the space bar it runs on. Ctrl+C and SIGTERM let everybody go.</summary>
internal sealed class Stepper : IDisposable
{
    private readonly Lock _turn = new();
    private readonly TextWriter _output;
    private readonly ManualResetEventSlim _over = new();
    private readonly PosixSignalRegistration[] _signals;

    public Stepper(TextWriter output)
    {
        if (Console.IsInputRedirected)
        {
            throw new LabException("step: standard input is not a terminal, so there is no Enter to wait for",
                "--explain shows the same without waiting", ExitCode.CouldNotRun);
        }
        _output = output;
        // Only to hear of it: what the signal does to the program is decided elsewhere.
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => _over.Set()), PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => _over.Set())];
    }

    /// <summary>Whether everything runs on now.</summary>
    public bool IsOver => _over.IsSet;

    /// <summary>Waits for the key, one caller at a time.</summary>
    public void Hold()
    {
        lock (_turn)
        {
            if (_over.IsSet)
            {
                return;
            }
            const string Prompt = "  [Enter: next, space: run on]";
            _output.Write(Prompt);
            _output.Flush();
            var key = Key();
            _output.Write('\r' + new string(' ', Prompt.Length) + '\r');
            _output.Flush();
            if (key is ConsoleKey.Spacebar)
            {
                _over.Set();
            }
        }
    }

    public void Dispose()
    {
        _over.Set();
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    // Console.ReadKey cannot be called off, so it is only called when a key is there.
    private ConsoleKey? Key()
    {
        while (!_over.Wait(30))
        {
            if (Console.KeyAvailable && Console.ReadKey(intercept: true).Key is var key and (ConsoleKey.Enter or ConsoleKey.Spacebar))
            {
                return key;
            }
        }
        return null;
    }
}
