using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Tcp;

public sealed partial class TcpEchoClient
{
    /// <summary>
    /// Half-close: sends everything and ends our direction, while what comes back is handed on, read by read, until the server has ended
    /// its own. The end of the stream is the only boundary: no framing.
    /// </summary>
    /// <exception cref="TimeoutException">A send, or the next read after the FIN, took longer than <see cref="TcpEchoClientOptions.Timeout"/>.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The connection was reset.</exception>
    public async Task SendThenReadAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> messages, Func<ReadOnlyMemory<byte>, Task> back, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(back);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sending = SendAllAsync(messages, patience);
        try
        {
            for (int got; (got = await ReceiveAsync(_buffer, patience.Token).ConfigureAwait(false)) > 0;)
            {
                await back(_buffer.AsMemory(0, got)).ConfigureAwait(false);
                if (sending.IsCompleted)
                {
                    patience.CancelAfter(_options.Timeout);
                }
            }
            await sending.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            if (sending.IsFaulted)
            {
                await sending.ConfigureAwait(false); // it failed first, and then ended our patience
            }
            Write(TraceKind.Timeout, $"{_bytesOut:N0} bytes sent, {_bytesIn:N0} came back, then nothing for {_options.Timeout.TotalSeconds:0.###} s");
            throw new TimeoutException();
        }
    }

    private async Task SendAllAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> messages, CancellationTokenSource patience)
    {
        try
        {
            await foreach (var message in messages.ConfigureAwait(false))
            {
                patience.CancelAfter(_options.Timeout);
                await SendAsync(message, patience.Token).ConfigureAwait(false);
                patience.CancelAfter(Timeout.InfiniteTimeSpan); // whoever types the next message may take their time
            }
            ShutdownSend();
            patience.CancelAfter(_options.Timeout);
        }
        catch
        {
            await patience.CancelAsync().ConfigureAwait(false); // no FIN has gone out, so nothing would end the reading
            throw;
        }
    }
}
