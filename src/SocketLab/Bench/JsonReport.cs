using System.Buffers;
using System.Text;
using System.Text.Json;

namespace SocketLab.Bench;

/// <summary>The report as one JSON object on one line; times in microseconds, as the names say; null: not known.</summary>
internal static class JsonReport
{
    public static string Write(Contest contest, string clocked, IReadOnlyList<string> notes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var plan = contest.Standings[0].Contestant.Plan;
            json.WriteStartObject();
            json.WriteString("schema", "socketlab.bench/1");
            json.WriteString("pattern", plan.Pattern);
            json.WriteString("loop", plan.IsOpenLoop ? "open" : "closed");
            json.WriteString("latency", clocked);
            json.WriteNumber("connections", plan.Connections);
            json.WriteNumber("sizeBytes", plan.SizeBytes);
            json.WriteNumber("depth", plan.Depth);
            json.WriteNumber("ratePerSecond", plan.Rate);
            json.WriteNumber("durationSeconds", plan.Seconds);
            json.WriteNumber("warmupSeconds", plan.WarmupSeconds);
            json.WriteNumber("seed", plan.Seed);
            json.WriteNumber("rounds", contest.Rounds);
            json.WriteStartArray("servers");
            foreach (var one in contest.Standings)
            {
                Write(json, one, contest);
            }
            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (var note in notes)
            {
                json.WriteStringValue(note);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, Standing one, Contest contest)
    {
        var total = one.Total();
        json.WriteStartObject();
        json.WriteString("name", one.Contestant.Name);
        json.WriteString("pattern", one.Contestant.Plan.Pattern);
        json.WriteString("server", one.Contestant.Server?.ToString());
        json.WriteNumber("count", total.Count);
        Write(json, "ratePerSecond", one.Rate);
        Write(json, "megabytesPerSecond", one.MegabytesPerSecond);
        Write(json, "lost", one.Contestant.IsArrivals ? null : total.Lost);
        json.WriteNumber("late", total.Late);
        json.WriteNumber("duplicates", total.Duplicates);
        json.WriteNumber("unanswered", total.Unanswered);
        Write(json, "latencyMicroseconds", total.Latency);
        Write(json, "fromSendMicroseconds", total.FromSend);
        json.WriteStartObject("cpuSecondsPerMillion");
        Write(json, "server", one.CpuPerMillion(use => use.Server));
        Write(json, "load", one.CpuPerMillion(use => use.Generator));
        Write(json, "both", one.CpuPerMillion(use => use.All));
        json.WriteEndObject();
        Write(json, "loadGeneratorBusy", one.GeneratorBusy);
        json.WriteStartArray("roundRatesPerSecond");
        one.Rounds.ForEach(round => json.WriteNumberValue(Math.Round(round.Rate, 1)));
        json.WriteEndArray();
        json.WriteStartObject("ratioToFirst");
        foreach (var (title, figure) in one == contest.Standings[0] ? [] : Report.Ratios)
        {
            if (Spread.OfRatio(one, contest.Standings[0], figure) is { } ratio)
            {
                json.WriteStartObject(title);
                Write(json, "median", ratio.Median);
                Write(json, "least", ratio.Least);
                Write(json, "most", ratio.Most);
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Histogram times)
    {
        if (times.Count == 0)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        Write(json, "min", times.MinNs / 1e3);
        foreach (var (quantile, q) in Report.Quantiles)
        {
            Write(json, quantile, times.QuantileNs(q) / 1e3);
        }
        Write(json, "max", times.MaxNs / 1e3);
        Write(json, "mean", times.MeanNs / 1e3);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known && double.IsFinite(known))
        {
            json.WriteNumber(name, Math.Round(known, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
