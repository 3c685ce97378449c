namespace SocketLab.Cli;

/// <summary>Colours for one output: SGR codes where it is a terminal that wants them, nothing elsewhere.</summary>
internal sealed class Ink(bool on)
{
    public static Ink ForOut { get; } = new(Wanted && !Console.IsOutputRedirected);

    public static Ink ForError { get; } = new(Wanted && !Console.IsErrorRedirected);

    public bool On => on;

    private static bool Wanted =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public string Dim(string text) => Paint(text, "2");

    public string Bold(string text) => Paint(text, "1");

    public string Red(string text) => Paint(text, "31");

    public string Green(string text) => Paint(text, "32");

    public string Yellow(string text) => Paint(text, "33");

    public string Cyan(string text) => Paint(text, "36");

    public string Magenta(string text) => Paint(text, "35");

    private string Paint(string text, string code) => on ? $"\e[{code}m{text}\e[0m" : text;
}
