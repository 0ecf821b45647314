#include "base/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void standard_hold(void)
{
	/* The wrong way round: reading and writing fail with EBADF, as on a closed descriptor. */
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		/* The lowest free number is fd, since those below it are held. */
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", modes[fd]) < 0)
			return;
}
