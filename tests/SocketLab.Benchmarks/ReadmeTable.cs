namespace SocketLab.Benchmarks;

/// <summary>Puts a table between README's markers <c>&lt;!-- bench:NAME --&gt;</c> and <c>&lt;!-- /bench --&gt;</c>.</summary>
internal static class ReadmeTable
{
    public static void Write(string readme, string name, string table)
    {
        var text = File.ReadAllText(readme);
        var (begin, end) = ($"<!-- bench:{name} -->", "<!-- /bench -->");
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = from < begin.Length ? -1 : text.IndexOf(end, from, StringComparison.Ordinal);
        if (to < 0)
        {
            throw new InvalidOperationException($"{readme} has no markers {begin} … {end}");
        }
        File.WriteAllText(readme, $"{text[..from]}\n\n{table.Trim()}\n\n{text[to..]}");
    }
}
