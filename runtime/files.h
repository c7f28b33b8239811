/* What folder.c needs of files.c. */
#ifndef BW_FILES_H
#define BW_FILES_H

/* Opens a folder for reading its entries. */
int __bw_open_folder(const char *path);

/* Some of its entries, as `struct linux_dirent`: their bytes, 0 at the end, -1 with errno. */
int __bw_read_folder(int file, void *to, int size);

#endif
