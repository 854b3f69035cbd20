namespace Wharf.Engine.Images.Registry.Transport;

/// <summary>Small bodies, read whole: at most so many bytes, and never waiting on silence.</summary>
internal static class LimitedBody
{
    internal const int MaxToken = 1 << 20;
    internal const int MaxError = 64 << 10;
    internal const int MaxTagList = 16 << 20;

    /// <exception cref="WharfException">It is too large, or stopped half-way.</exception>
    internal static async Task<byte[]> ReadAsync(
        HttpResponseMessage response, int limit, RegistryTimeouts timeouts, CancellationToken cancellationToken)
    {
        HttpRequestMessage request = response.RequestMessage!;
        if (response.Content.Headers.ContentLength > limit)
        {
            throw new WharfException(ErrorKind.Internal, $"{request.RequestUri}: answer of {response.Content.Headers.ContentLength} bytes is larger than the limit of {limit}");
        }

        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var content = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                silence.CancelAfter(timeouts.Stall);
                int read = await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return content.ToArray();
                }

                content.Write(buffer, 0, read);
                if (content.Length > limit)
                {
                    throw new WharfException(ErrorKind.Internal, $"{request.RequestUri}: answer is larger than the limit of {limit} bytes");
                }
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryTransportException(request.Method, request.RequestUri!, $"no data for {timeouts.Stall.TotalSeconds:0.#} seconds", late);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw new RegistryTransportException(request.Method, request.RequestUri!, "unexpected EOF", broken);
        }
    }
}
