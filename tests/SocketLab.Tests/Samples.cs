using System.Runtime.CompilerServices;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>The tests that run samples share this: each sample is built once, one after the other, since they build the engine too.</summary>
[CollectionDefinition(Name)]
public sealed class Samples : ICollectionFixture<Samples>, IAsyncLifetime
{
    public const string Name = "samples";

    public static string Root { get; } = FindRoot();

    internal static string[] Files => [.. Directory.GetFiles(Path.Combine(Root, "samples"), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    // No build server may outlive the tests.
    private static readonly Dictionary<string, string> Quiet = new() { ["DOTNET_NOLOGO"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" };

    public async ValueTask InitializeAsync()
    {
        foreach (var file in Files)
        {
            await using var build = Started.Run("dotnet", ["build", file, "-v", "q"], Quiet);
            var exit = await build.ExitAsync();
            Assert.True(exit == 0, $"{file}: {build.Output}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>As README says: <c>dotnet run samples/NN-name/server.cs</c>, but for the building.</summary>
    internal static Started Run(string file, params string[] arguments) =>
        Started.Run("dotnet", ["run", "--no-build", "--file", Path.Combine(Root, "samples", file), "--", .. arguments], Quiet);

    /// <summary>A program of samples/peers/python.</summary>
    internal static Started Python(string name, params string[] arguments) =>
        Started.Run(Peers.Python, [Path.Combine(Root, "samples", "peers", "python", name + ".py"), .. arguments]);

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
