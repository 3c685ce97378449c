namespace SocketLab.Benchmarks;

/// <summary>One line that says what is being measured, on a terminal; nothing where standard error is a file.</summary>
internal static class Progress
{
    public static void Show(string text)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r{text.PadRight(100)}");
        }
    }

    public static void End()
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine();
        }
    }
}
