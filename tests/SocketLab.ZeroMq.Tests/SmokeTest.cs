namespace SocketLab.Tests;

public class SmokeTest { [Fact] public void It_runs() => Assert.True(OperatingSystem.IsLinux() || true); }
