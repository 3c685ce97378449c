using System.Runtime.CompilerServices;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Every sample runs as README says: <c>dotnet run samples/NN-name/server.cs</c>.</summary>
public sealed class SampleTests
{
    public static string Root { get; } = FindRoot();

    [Theory]
    [InlineData("01-udp-echo")]
    [InlineData("02-tcp-echo")]
    public async Task An_echo_sample_gives_back_what_its_client_sends(string name)
    {
        await using var server = Sample($"{name}/server.cs", "0");
        var port = await server.PortAsync();
        await using var client = Sample($"{name}/client.cs", $"{port}", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Hello There\n", client.Output);
    }

    [Fact]
    public void The_raw_samples_fit_on_one_slide()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Root, "samples"), "*.cs", SearchOption.AllDirectories).Where(one => one.Contains("-echo/", StringComparison.Ordinal)))
        {
            Assert.InRange(File.ReadAllLines(file).Length, 1, 30);
        }
    }

    internal static Started Sample(string file, params string[] arguments) =>
        Started.Run("dotnet", ["run", "--file", Path.Combine(Root, "samples", file), "--", .. arguments], new() { ["DOTNET_NOLOGO"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1" });

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
