using System.Diagnostics;
using System.Globalization;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Two hosts on one cable: two network namespaces joined by a veth pair, 10.77.0.1 and 10.77.0.2, removed at the end.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    public const string ServerAddress = "10.77.0.1", ClientAddress = "10.77.0.2";
    private static readonly Lazy<string?> WhyNot = new(TryOnce);
    private readonly string _server, _client;

    private TwoHosts(string unique) => (_server, _client) = ($"lab-{unique}-s", $"lab-{unique}-c");

    public static async Task<TwoHosts> MakeAsync()
    {
        Assert.SkipUnless(WhyNot.Value is null, $"network namespaces cannot be made here: {WhyNot.Value}");
        var hosts = new TwoHosts(Unique());
        try
        {
            Ip("netns", "add", hosts._server);
            Ip("netns", "add", hosts._client);
            // Both ends are made inside the namespaces, so that their names cannot clash with the machine's own.
            Ip("-n", hosts._server, "link", "add", "cable0", "type", "veth", "peer", "name", "cable0", "netns", hosts._client);
            foreach (var (host, address) in ((string, string)[])[(hosts._server, ServerAddress), (hosts._client, ClientAddress)])
            {
                Ip("-n", host, "address", "add", $"{address}/24", "dev", "cable0");
                Ip("-n", host, "link", "set", "lo", "up");
                Ip("-n", host, "link", "set", "cable0", "up");
            }
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    public Started OnServer(params string[] arguments) => Lab(_server, arguments);

    public Started OnClient(params string[] arguments) => Lab(_client, arguments);

    /// <summary>Cuts the cable at the client's end and waits until the server is sending into the void: TCP has begun to retransmit.</summary>
    public Task CutUnderServerAsync() => CutAsync(_client, _server);

    /// <summary>Cuts the cable at the server's end, without waiting.</summary>
    public void Cut() => Ip("-n", _server, "link", "set", "cable0", "down");

    /// <summary>Waits until the client's TCP retransmits.</summary>
    public Task ClientRetransmitsAsync() => RetransmitsAsync(_client);

    public void Heal()
    {
        Ip("-n", _server, "link", "set", "cable0", "up");
        Ip("-n", _client, "link", "set", "cable0", "up");
    }

    public ValueTask DisposeAsync()
    {
        // The veth pair goes with its namespaces; one that was never made is not there to be removed.
        TryIp("netns", "delete", _server);
        TryIp("netns", "delete", _client);
        return ValueTask.CompletedTask;
    }

    private static async Task CutAsync(string at, string sender)
    {
        Ip("-n", at, "link", "set", "cable0", "down");
        await RetransmitsAsync(sender);
    }

    // proc(5), /proc/net/tcp: sl local remote state tx:rx timer retransmits; state 01 is ESTABLISHED.
    private static Task RetransmitsAsync(string host) => Wait.UntilAsync(
        () => Ip("netns", "exec", host, "cat", "/proc/net/tcp").Split('\n').Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(field => field.Length > 6 && field[3] == "01" && int.Parse(field[6], NumberStyles.HexNumber, CultureInfo.InvariantCulture) > 0),
        $"a TCP connection of {host} that retransmits");

    private static Started Lab(string host, string[] arguments) =>
        Started.Run("ip", ["netns", "exec", host, Path.Combine(AppContext.BaseDirectory, "socketlab"), .. arguments]);

    private static string Unique() => string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}");

    private static string? TryOnce()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "this is not Linux";
        }
        var name = $"lab-{Unique()}-try";
        try
        {
            // Also a veth pair and a program inside: containers often allow the one and not the other.
            return TryIp("netns", "add", name).WhyNot
                ?? TryIp("-n", name, "link", "add", "cable0", "type", "veth", "peer", "name", "cable1").WhyNot
                ?? TryIp("netns", "exec", name, "cat", "/proc/net/tcp").WhyNot;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "iproute2 is not installed";
        }
        finally
        {
            try
            {
                TryIp("netns", "delete", name);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No iproute2: nothing was made.
            }
        }
    }

    private static string Ip(params string[] arguments)
    {
        var (output, whyNot) = TryIp(arguments);
        Assert.True(whyNot is null, $"ip {string.Join(' ', arguments)}: {whyNot}");
        return output;
    }

    private static (string Output, string? WhyNot) TryIp(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, process.ExitCode == 0 ? null : $"exit {process.ExitCode}, {error.Result.Trim()}");
    }
}
